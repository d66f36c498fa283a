import type { ParticipantKind } from '../entities.js';
import type { RoomRef } from './records.js';

/** What a flight recorder notes of a participant. The place in this list goes over the bus: new ones come last. */
export const FLIGHT_WHATS = [
  /** Took its seat here as a new participant, or came back to it. */
  ...(['joined', 'resumed'] as const),
  /** Its connection here is lost, and it may come back; or its seat here is over, for the reason in `outcome`. */
  ...(['lost', 'ended'] as const),
  /** What ICE servers came to. */
  'ice',
  /** A signal of it was taken in here; or one from another gateway was handed to it here, or was to be. */
  ...(['sent', 'received'] as const),
  /** Its gateway was told by another one, or by the bus, that a signal was not delivered. */
  'nacked',
  /** Its browser says so of a peer. */
  ...(['connected', 'failed'] as const),
] as const;
/** See FLIGHT_WHATS. */
export type FlightWhat = (typeof FLIGHT_WHATS)[number];

/** What a signal's header says that it is; `ack`: an acknowledgement of the link alone. */
export const FLIGHT_SIGNALS = [
  ...(['other', 'ack', 'offer', 'answer', 'candidates', 'ask', 'bye', 'resume'] as const),
] as const;
/** See FLIGHT_SIGNALS. */
export type FlightSignalKind = (typeof FLIGHT_SIGNALS)[number];

/** What became of it. The place in this list goes over the bus: new ones come last. */
export const FLIGHT_OUTCOMES = [
  ...(['none', 'delivered', 'forwarded'] as const),
  ...(['wait', 'away', 'gone', 'unreachable', 'rate', 'size', 'draining'] as const),
  ...(['outdated', 'left', 'stranger', 'forbidden', 'acknowledgement'] as const),
  ...(['removed', 'expired', 'closed', 'replaced'] as const),
  ...(['relay', 'no-relay', 'unavailable'] as const),
] as const;
/** See FLIGHT_OUTCOMES. */
export type FlightOutcome = (typeof FLIGHT_OUTCOMES)[number];

/**
 * One event as it goes over the bus, in numbers: milliseconds of the gateway's wall clock; its place in the order of that
 * gateway's events; the places of what, signal and outcome in their lists, of the peer and of the other gateway in the
 * lists beside it (0: none); the link's gen, seq and ack (gen 0: no link); bytes, or, of `connected`, the milliseconds that it
 * took.
 */
export type FlightRow = readonly [
  at: number,
  order: number,
  what: number,
  signal: number,
  outcome: number,
  peer: number,
  gateway: number,
  gen: number,
  seq: number,
  ack: number,
  bytes: number,
];

/** What one gateway has recorded of one participant. */
export interface FlightRecording {
  readonly participant: string;
  readonly name: string;
  readonly kind: ParticipantKind;
  readonly keyHash: string;
  /** Other participants; rows name them by place, the first is 1. */
  readonly peers: readonly string[];
  readonly rows: readonly FlightRow[];
  /** Events that are not in `rows` any more, or did not fit the reply. */
  readonly lost: number;
}

/** Asks a gateway for what it has recorded of a room. `keyHash`: only what that participant had part in. */
export interface RecordingsRequest extends RoomRef {
  readonly type: 'recordings';
  readonly keyHash?: string;
}
/** `wall`: the gateway's wall clock as it answers; `gateways`: as `peers` of a recording. */
export interface RecordingsReply {
  readonly type: 'recordings';
  readonly wall: number;
  readonly gateways: readonly string[];
  readonly recordings: readonly FlightRecording[];
}

/** Asks a rooms replica how the calls of the participant with this key were set up. */
export interface TimelineRequest extends RoomRef {
  readonly type: 'timeline';
  readonly keyHash: string;
}
/** `timeline`: as `GET /v1/timeline` answers it, of that participant's own pairs alone. */
export interface TimelineReply {
  readonly type: 'timeline';
  readonly timeline: object;
}

const KINDS: ReadonlyMap<string, number> = new Map<string, number>([
  ...FLIGHT_SIGNALS.map((kind, place) => [kind, place] as const),
  ['candidate', FLIGHT_SIGNALS.indexOf('candidates')],
]);
const ACK = FLIGHT_SIGNALS.indexOf('ack');

/** The place in FLIGHT_SIGNALS of what a signal's header says. */
export function flightSignalOf(kind: string | undefined, seq: number | undefined): number {
  if (kind === undefined) return seq === 0 ? ACK : 0;
  return KINDS.get(kind) ?? 0;
}
