import type { FlightEvent, FlightLog } from './flight-log.js';
import { judgePair } from './judge-pair.js';
import { messagesOf } from './pair-messages.js';
import type { PairMessage } from './pair-messages.js';
import { presencesOf } from './presence.js';
import type { Presence } from './presence.js';
import type { Verdict } from './verdicts.js';

/** How the calls in a room came about. */
export interface Timeline {
  readonly participants: readonly Presence[];
  readonly pairs: readonly TimelinePair[];
  /** Pairs that were left out. */
  readonly more: number;
}

/** Two participants. */
export interface TimelinePair {
  readonly between: readonly [string, string];
  /** When the second of them is first known to be there: milliseconds, as events have them. */
  readonly metAt: number;
  readonly steps: readonly TimelineStep[];
  /** The first says what it comes to; further ones, what made it late. */
  readonly verdicts: readonly Verdict[];
}

/** One step of the way to a call. */
export interface TimelineStep {
  readonly step: 'join' | 'offer' | 'answer' | 'first-candidate' | 'connected';
  readonly from: string;
  /** Milliseconds after `metAt`; before it where below 0. */
  readonly ms: number;
  /** The same of when it was written to the other's socket, and of when the other's page said that it has it. */
  readonly deliveredMs?: number;
  readonly acknowledgedMs?: number;
  /** How often it was sent; absent where its sender's gateway cannot say. */
  readonly sends?: number;
  readonly bytes?: number;
}

/** More are left out, those that exchanged nothing first. */
export const MOST_PAIRS = 2_500;

/**
 * What became of each pair: pure, and bounded by `most` whatever the log holds. `of`: pairs of that participant alone, and
 * none with somebody who is hidden from it.
 */
export function buildTimeline(
  log: FlightLog,
  { most = MOST_PAIRS, of }: { readonly most?: number; readonly of?: string } = {},
): Timeline {
  const events = [...log.events].sort((x, y) => x.at - y.at || x.order - y.order);
  const presences = presencesOf(log, events);
  const shared = sharedEvents(events);
  const shown = new Map(
    [...presences].filter(([id, { hidden }]) => of === undefined || id === of || !hidden),
  );
  const pairs: Draft[] = [];
  // Those that exchanged something come first, where not all fit.
  for (const between of shared.values()) {
    const [one] = between;
    const [a, b] = [shown.get(one?.participant ?? ''), shown.get(one?.peer ?? '')];
    const isOwn = of === undefined || a?.id === of || b?.id === of;
    if (a !== undefined && b !== undefined && isOwn && pairs.length < most)
      pairs.push({ a, b, events: between });
  }
  for (const [a, b] of couples([...shown.values()], of)) {
    if (pairs.length >= most) break;
    if (!shared.has(pairKey(a.id, b.id))) pairs.push({ a, b, events: [] });
  }
  const all = of === undefined ? (shown.size * (shown.size - 1)) / 2 : Math.max(0, shown.size - 1);
  const built = pairs.map((pair) => buildPair(log, pair)).sort((x, y) => x.metAt - y.metAt);
  return { participants: [...shown.values()], pairs: built, more: Math.max(0, all - built.length) };
}

interface Draft {
  readonly a: Presence;
  readonly b: Presence;
  readonly events: readonly FlightEvent[];
}

/** Each two of them once; only those with `of`, if given. */
function* couples(
  all: readonly Presence[],
  of: string | undefined,
): Generator<readonly [Presence, Presence]> {
  for (const [index, a] of all.entries()) {
    if (of !== undefined && a.id !== of) continue;
    for (const b of of === undefined ? all.slice(index + 1) : all) if (a !== b) yield [a, b];
  }
}

/** By pair, the events that name both, in their order. */
function sharedEvents(events: readonly FlightEvent[]): ReadonlyMap<string, readonly FlightEvent[]> {
  const shared = new Map<string, FlightEvent[]>();
  for (const event of events) {
    if (event.peer === undefined || event.peer === event.participant) continue;
    const key = pairKey(event.participant, event.peer);
    const before = shared.get(key);
    if (before === undefined) shared.set(key, [event]);
    else before.push(event);
  }
  return shared;
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function buildPair({ now, uncertaintyMs, silent }: FlightLog, { a, b, events }: Draft): TimelinePair {
  const messages = messagesOf(events);
  const media = events.findLast(({ what }) => what === 'connected' || what === 'failed');
  const connected = events.find(({ what }) => what === 'connected');
  const metAt = Math.max(a.since, b.since);
  const moment = (at: number): number => Math.round(at - metAt);
  const steps: TimelineStep[] = [];
  for (const { id, since } of [a, b]) steps.push({ step: 'join', from: id, ms: moment(since) });
  for (const [step, signal] of STEPS) {
    const first = messages.find((message) => message.signal === signal);
    if (first !== undefined) steps.push(stepOf(step, first, moment));
  }
  if (connected !== undefined) {
    steps.push({ step: 'connected', from: connected.participant, ms: connected.bytes });
  }
  const verdicts = judgePair({ a, b, messages, media, now, uncertaintyMs, silent });
  return { between: [a.id, b.id], metAt, steps, verdicts };
}

const STEPS = [
  ['offer', 'offer'],
  ['answer', 'answer'],
  ['first-candidate', 'candidates'],
] as const;

function stepOf(
  step: TimelineStep['step'],
  { from, at, deliveredAt, acknowledgedAt, sends, bytes }: PairMessage,
  moment: (at: number) => number,
): TimelineStep {
  return {
    ...{ step, from, ms: moment(at) },
    ...(deliveredAt !== undefined && { deliveredMs: moment(deliveredAt) }),
    ...(acknowledgedAt !== undefined && { acknowledgedMs: moment(acknowledgedAt) }),
    // Sent through a gateway whose recordings are not there.
    ...(sends > 0 && { sends }),
    bytes,
  };
}
