import type { Verified } from '@parley/kit';
import type {
  ErrorCode,
  Join,
  NackReason,
  Position,
  Quality,
  ServerHeader,
  SignalToServer,
} from '@parley/protocol';
import type { CommandReply, RoomRef } from '@parley/protocol/internal';
import type { JoinInFlight, Mutation, SeatRef } from './connection.js';

/** What the shell has to do for a connection, in this order. */
export type Effect =
  | { readonly do: 'send'; readonly header: ServerHeader }
  /** Answered by `verified`. */
  | { readonly do: 'verify'; readonly serial: number; readonly token: string | undefined }
  /** Answered by `join-answered`. */
  | { readonly do: 'join'; readonly asked: JoinInFlight; readonly join: Join; readonly identity: Verified }
  /** Take the seat now, collect ICE servers; answered by `prepared`. */
  | { readonly do: 'prepare'; readonly asked: JoinInFlight; readonly seat: SeatRef }
  /** The reply is out: send what is in the room, from `at` on if that can be. */
  | { readonly do: 'catch-up'; readonly at?: Position }
  /** Answered by `commanded`. */
  | { readonly do: 'command'; readonly serial: number; readonly seat: SeatRef; readonly mutation: Mutation }
  /** The payload is valid only while the effect runs. */
  | {
      readonly do: 'signal';
      readonly seat: SeatRef;
      readonly header: SignalToServer;
      readonly payload?: Uint8Array;
      readonly binary: boolean;
    }
  /** A signal that the connection itself turns back (`nack`) or drops. */
  | { readonly do: 'refuse-signal'; readonly header: SignalToServer; readonly why: SignalRefusal }
  /** Give the seat up. `disconnected`: the participant may come back. */
  | { readonly do: 'unseat'; readonly seat: SeatRef; readonly disconnected: boolean }
  /** A join succeeded that nobody waits for any more. */
  | { readonly do: 'abandon'; readonly asked: JoinInFlight; readonly reply: CommandReply }
  /** The timer `token` shall come at this time of the wall clock, in place of any earlier one; Infinity: never. */
  | { readonly do: 'token-timer'; readonly at: number }
  /** Counts against the client's address. */
  | { readonly do: 'charge'; readonly offence: 'bad-token' | 'false-resume' }
  /** It was let in to resume and has joined anew: counts as any newcomer of the client's address. */
  | { readonly do: 'count-fresh' }
  /** A client tells how its calls do. */
  | { readonly do: 'report'; readonly report: Quality }
  | { readonly do: 'tally'; readonly what: Tally }
  | { readonly do: 'close'; readonly code: number; readonly reason: string };

/** Turned back with a reason, or dropped. */
export type SignalRefusal =
  | { readonly nack: NackReason; readonly retryAfterMs?: number }
  | { readonly drop: 'forbidden' | 'acknowledgement' };

/** What the connection counts. */
export type Tally =
  | { readonly count: 'hello'; readonly result: string }
  | { readonly count: 'join'; readonly result: 'joined' | 'resumed'; readonly seat: SeatRef }
  | { readonly count: 'join'; readonly result: ErrorCode; readonly room: RoomRef }
  | { readonly count: 'rejected'; readonly code: string }
  | { readonly count: 'resume'; readonly outcome: 'lost' | 'refused' }
  /** A report that is not counted as one. */
  | { readonly count: 'report'; readonly result: 'limited' | 'invalid' }
  | { readonly count: 'limited'; readonly limit: ConnectionLimit };

/** What stops a single connection. */
export type ConnectionLimit = 'messages' | 'flood' | 'malformed' | 'held' | 'requests';
