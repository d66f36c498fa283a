import type { LinkMessage } from '../link/link.js';
import type { Candidate } from './peer-connection.js';

/** Of an offer or answer: which of the sender's m-lines (by mid) carries what. */
export type Sources = readonly (readonly [mid: string, source: string])[];

/** An offer or an answer. */
export interface DescriptionMessage {
  readonly kind: 'offer' | 'answer';
  /**
   * Which pair of RTCPeerConnections this is about. Whoever makes a new one takes a number that it has never used, greater
   * than the one before; whoever hears of a greater one makes a new one as well, under that number.
   */
  readonly session: number;
  /** The offerer's number of this offer; an answer has that of the offer it answers. */
  readonly negotiation: number;
  readonly sdp: string;
  readonly sources: Sources;
}

/** Candidates, gathered for a moment; each with the `usernameFragment` of its ICE generation. */
export interface CandidatesMessage {
  readonly kind: 'candidates';
  readonly session: number;
  readonly candidates: readonly Candidate[];
}

/** The sender has left the call, though not the room. */
export interface ByeMessage {
  readonly kind: 'bye';
  readonly session: number;
}

/**
 * After a rejoin, when participants have new ids: which RTCPeerConnections the sender has kept that may be shared with
 * the recipient, each as [own, other] (see `pairOf`). The reply, which does not ask, holds the one that the two share,
 * or none.
 */
export interface ResumeMessage {
  readonly kind: 'resume';
  readonly ask: boolean;
  readonly pairs: readonly (readonly [own: string, other: string])[];
}

/** What two ends of a call tell each other, over their reliable link. */
export type PairMessage = DescriptionMessage | CandidatesMessage | ByeMessage | ResumeMessage;

/** The message for the link: its kind, and JSON with the rest. */
export function encodePairMessage({ kind, ...rest }: PairMessage): LinkMessage {
  return { kind, payload: JSON.stringify(rest) };
}

/** The message, or undefined if it is something else: an application's own, or one that makes no sense. */
export function decodePairMessage({ kind, payload }: LinkMessage): PairMessage | undefined {
  const check = checks.get(kind ?? '');
  if (check === undefined) return undefined;
  try {
    const rest = JSON.parse(payload) as Record<string, unknown>;
    return check(rest) ? ({ ...rest, kind } as unknown as PairMessage) : undefined;
  } catch {
    return undefined;
  }
}

type Check = (rest: Record<string, unknown>) => boolean;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const isPairs = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length <= 256 &&
  value.every((pair: unknown) => Array.isArray(pair) && pair.every((part) => typeof part === 'string'));
const isDescription: Check = ({ session, negotiation, sdp, sources }) =>
  isCount(session) && isCount(negotiation) && typeof sdp === 'string' && isPairs(sources);
const isCandidates: Check = ({ session, candidates }) =>
  isCount(session) &&
  Array.isArray(candidates) &&
  candidates.length <= 256 &&
  candidates.every((one: unknown) => typeof (one as Candidate).candidate === 'string');

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['offer', isDescription],
  ['answer', isDescription],
  ['candidates', isCandidates],
  ['bye', ({ session }) => isCount(session)],
  ['resume', ({ ask, pairs }) => typeof ask === 'boolean' && isPairs(pairs)],
]);
