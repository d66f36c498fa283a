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

/** The polite end wants to send more than there are m-lines for: the other one is to offer them. */
export interface AskMessage {
  readonly kind: 'ask';
  readonly session: number;
  /** `audio` or `video`, one for each m-line that there should be. */
  readonly media: readonly string[];
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
  readonly pairs: readonly (readonly string[])[];
}

/** What two ends of a call tell each other, over their reliable link. */
export type PairMessage = DescriptionMessage | CandidatesMessage | AskMessage | ByeMessage | ResumeMessage;

/** The message for the link: its kind, and JSON with the rest. */
export function encodePairMessage({ kind, ...rest }: PairMessage): LinkMessage {
  return { kind, payload: JSON.stringify(rest) };
}

/** The message, or undefined if it is something else: an application's own, or one that makes no sense. */
export function decodePairMessage({ kind, payload }: LinkMessage): PairMessage | undefined {
  try {
    const message = { ...(JSON.parse(payload) as Fields), kind };
    return isPairMessage(message) ? (message as unknown as PairMessage) : undefined;
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Throws where a list is expected and something else is there. */
function isPairMessage({ kind, session, negotiation, sdp, ...lists }: Fields): boolean {
  if (kind === 'resume') return isPairs(lists['pairs']);
  if (!isCount(session)) return false;
  if (kind === 'candidates') {
    return (lists['candidates'] as Candidate[]).every(({ candidate }) => isText(candidate));
  }
  if (kind === 'ask') return isPairs([lists['media']]);
  if (kind === 'bye') return true;
  const isDescription = kind === 'offer' || kind === 'answer';
  return isDescription && isCount(negotiation) && isText(sdp) && isPairs(lists['sources']);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isPairs(value: unknown): boolean {
  return (value as unknown[][]).every((pair) => pair.every(isText));
}
