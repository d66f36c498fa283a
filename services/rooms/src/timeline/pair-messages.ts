import type { FlightOutcome, FlightSignalKind } from '@parley/protocol/internal';
import type { FlightEvent } from './flight-log.js';

/** One message of a link, however often it was sent. */
export interface PairMessage {
  readonly from: string;
  readonly to: string;
  readonly signal: FlightSignalKind;
  /** 0: it has no link, and counts for itself. */
  readonly gen: number;
  readonly seq: number;
  /** How far its sender had received from the other end when it first sent this. */
  readonly ack: number;
  /** When it is first heard of. */
  readonly at: number;
  readonly bytes: number;
  /** Times that it came from its sender's page. */
  readonly sends: number;
  /** When it was first written to its recipient's socket. */
  readonly deliveredAt?: number;
  /** When the recipient's page first told that it has it. */
  readonly acknowledgedAt?: number;
  /** What its last failure was, if any. */
  readonly failure?: FlightOutcome;
  readonly failures: ReadonlySet<FlightOutcome>;
  /** Gateways that it was forwarded to. */
  readonly via: readonly string[];
}

/** The messages of one pair in order of time; the events are its own, in that order, too. */
export function messagesOf(events: readonly FlightEvent[]): readonly PairMessage[] {
  const drafts = new Map<string, Draft>();
  const acks: Ack[] = [];
  for (const event of events) {
    const ends = endsOf(event);
    if (ends === undefined) continue;
    const { at, link, signal, what } = event;
    if (link !== undefined && what !== 'nacked')
      acks.push({ from: ends.from, gen: link[0], ack: link[2], at });
    if (signal === 'ack' || (link !== undefined && link[1] === 0)) continue;
    note(draftOf(drafts, event, ends), event);
  }
  const rising = risingAcks(acks);
  const messages = [...drafts.values()].map((draft) => {
    const acknowledgedAt = acknowledged(rising, draft);
    return acknowledgedAt === undefined ? draft : { ...draft, acknowledgedAt };
  });
  return messages.sort((a, b) => a.at - b.at);
}

type Draft = Omit<{ -readonly [K in keyof PairMessage]: PairMessage[K] }, 'failures' | 'via'> & {
  readonly failures: Set<FlightOutcome>;
  readonly via: string[];
};

interface Ends {
  readonly from: string;
  readonly to: string;
}

interface Ack {
  readonly from: string;
  readonly gen: number;
  readonly ack: number;
  readonly at: number;
}

function endsOf({ what, participant, peer }: FlightEvent): Ends | undefined {
  if (peer === undefined) return undefined;
  if (what === 'sent' || what === 'nacked') return { from: participant, to: peer };
  return what === 'received' ? { from: peer, to: participant } : undefined;
}

function draftOf(drafts: Map<string, Draft>, event: FlightEvent, { from, to }: Ends): Draft {
  const [gen, seq, ack] = event.link ?? [0, 0, 0];
  const { at, bytes, signal, what } = event;
  // Without a link nothing tells which of several was sent again, or arrived: the latest of its kind.
  const name = gen > 0 ? `${from} ${gen} ${seq}` : `${from} ${signal}`;
  const known = drafts.get(name);
  if (known !== undefined && (gen > 0 || what !== 'sent')) {
    // Whoever only heard of a failure does not know what it was.
    if (known.signal === 'other') known.signal = signal;
    return known;
  }
  const failures = new Set<FlightOutcome>();
  const draft: Draft = { from, to, signal, gen, seq, ack, at, bytes, sends: 0, failures, via: [] };
  drafts.delete(name);
  if (known !== undefined) drafts.set(`${name} ${drafts.size}`, known);
  drafts.set(name, draft);
  return draft;
}

function note(draft: Draft, { what, outcome, at, via }: FlightEvent): void {
  if (what === 'sent') draft.sends += 1;
  if (via !== undefined && !draft.via.includes(via)) draft.via.push(via);
  if (outcome === 'delivered') draft.deliveredAt ??= at;
  else if (outcome !== 'forwarded') {
    draft.failure = outcome;
    draft.failures.add(outcome);
  }
}

/** For each sender and generation, when it first told each further acknowledgement. */
function risingAcks(acks: readonly Ack[]): ReadonlyMap<string, readonly Ack[]> {
  const rising = new Map<string, Ack[]>();
  for (const one of acks) {
    const name = `${one.from} ${one.gen}`;
    const before = rising.get(name) ?? [];
    if (one.ack > (before.at(-1)?.ack ?? 0)) before.push(one);
    rising.set(name, before);
  }
  return rising;
}

function acknowledged(
  rising: ReadonlyMap<string, readonly Ack[]>,
  { to, gen, seq }: Draft,
): number | undefined {
  if (gen === 0) return undefined;
  return rising.get(`${to} ${gen}`)?.find(({ ack }) => ack >= seq)?.at;
}
