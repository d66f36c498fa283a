import { CLOSE_CODES, errorBody } from '@parley/protocol';
import type {
  ClientHeader,
  CloseReason,
  ErrorBody,
  ErrorCode,
  Goodbye,
  JoinResult,
  CommitResult,
  ServerHeader,
} from '@parley/protocol';
import type { ClientFrame } from './client-frame.js';
import type { Closing, Connection, SeatRef } from './connection.js';
import type { ConnectionLimit, Effect } from './effect.js';
import { END_REASONS, GOODBYE_ACTIONS } from './input.js';
import type { SessionEnd } from '../rooms/room-copies.js';

/** A connection after something happened to it, and what is to be done. */
export interface Outcome {
  readonly connection: Connection;
  readonly effects: readonly Effect[];
  /** Frames that waited for this and are to be handled now, in their order. */
  readonly held?: readonly ClientFrame[];
}

/** A connection that is not over. */
export type Open = Exclude<Connection, Closing>;

/** Nothing to do. */
export function unchanged(connection: Connection): Outcome {
  return { connection, effects: [] };
}

/** Sends one header and stays as it is. */
export function answer(connection: Connection, header: ServerHeader): Outcome {
  return { connection, effects: [{ do: 'send', header }] };
}

/** The effect of a reply that grants. */
export function granted(
  id: number,
  result: JoinResult | CommitResult | Readonly<Record<string, never>>,
): Effect {
  return { do: 'send', header: { type: 'reply', id, result } };
}

/** Tells an error: by the reply to request `id`, or by an `error` frame where there is none. */
export function refused(id: number | undefined, error: ErrorBody): Effect {
  if (id !== undefined) return { do: 'send', header: { type: 'reply', id, error } };
  const { code, message } = error;
  return { do: 'send', header: { type: 'error', code, message } };
}

/** Counts what a limit stopped. */
export function limited(limit: ConnectionLimit): Effect {
  return { do: 'tally', what: { count: 'limited', limit } };
}

/** Tells a documented error about a frame and stays as it is. */
export function refuse(connection: Connection, header: ClientHeader, code: ErrorCode): Outcome {
  const id = 'id' in header ? header.id : undefined;
  const effects: Effect[] = [refused(id, errorBody(code))];
  if (header.type === 'signal' && code === 'forbidden') {
    effects.push({ do: 'refuse-signal', header, why: { drop: 'forbidden' } });
  }
  return { connection, effects };
}

/** How a connection ends. */
export interface Ending {
  readonly retryAfterMs?: number;
  /** What is told before the goodbye. */
  readonly first?: readonly Effect[];
  /** Whether the owner is told that the participant lost this connection; default true. */
  readonly disconnected?: boolean;
}

/** Ends a connection whose participant is somebody else's, or nobody's: it is not this one's to report as lost. */
export function endSeated(connection: Open, why: SessionEnd): Outcome {
  return end(connection, END_REASONS[why], { disconnected: false });
}

/** Says goodbye unless that was said for the same reason, gives the seat up, and closes. */
export function end(
  connection: Open,
  reason: CloseReason,
  { retryAfterMs, first = [], disconnected = true }: Ending = {},
): Outcome {
  const { code } = CLOSE_CODES[reason];
  const effects: Effect[] = [...first];
  if (connection.told !== reason) effects.push({ do: 'send', header: goodbye(reason, retryAfterMs) });
  const seat = seatOf(connection);
  if (seat !== undefined) effects.push({ do: 'unseat', seat, disconnected });
  effects.push({ do: 'close', code, reason });
  return { connection: closed(connection), effects };
}

/** The header that announces a close. */
export function goodbye(reason: CloseReason, retryAfterMs?: number): Goodbye {
  const { code } = CLOSE_CODES[reason];
  const header = { type: 'goodbye', code, reason, action: GOODBYE_ACTIONS[reason] } as const;
  return retryAfterMs === undefined ? header : { ...header, retryAfterMs };
}

/** What is left of a connection that is over. */
export function closed(connection: Open): Closing {
  const orphan = connection.state === 'joining' ? { orphan: connection.join } : {};
  return { ...commonOf(connection), state: 'closing', ...orphan };
}

/** The seat that a connection holds, if any. */
export function seatOf(connection: Connection): SeatRef | undefined {
  return connection.state === 'joined' || connection.state === 'preparing' ? connection.seat : undefined;
}

/** The fields that go with a connection from state to state. */
export function commonOf(connection: Connection) {
  const { rules, hinted, told, messages, flood, malformed, reports, serial } = connection;
  const some = { ...(told && { told }), ...(reports && { reports }) };
  return { rules, hinted, messages, flood, malformed, serial, ...some };
}

/** The fields that go with a connection from `welcomed` on. */
export function identifiedOf(connection: Extract<Connection, { readonly identity: unknown }>) {
  const { identity, refreshing } = connection;
  return { ...commonOf(connection), identity, ...(refreshing && { refreshing }) };
}
