import type { Verified } from '@parley/kit';
import type { CloseReason, ErrorCode, GoodbyeAction, IceServer, Position } from '@parley/protocol';
import type { CommandReply } from '@parley/protocol/internal';
import type { SessionEnd } from '../rooms/room-copies.js';
import type { ClientFrame } from './client-frame.js';

/** Everything that can happen to a connection. Answers carry the `serial` of the effect that asked. */
export type Input =
  | { readonly input: 'frame'; readonly frame: ClientFrame }
  | { readonly input: 'verified'; readonly serial: number; readonly result: Verification }
  | { readonly input: 'join-answered'; readonly serial: number; readonly reply: CommandReply }
  /** The seat is taken and the reply may go: `at` is where the client will be once it has caught up. */
  | {
      readonly input: 'prepared';
      readonly serial: number;
      readonly at: Position;
      readonly iceServers: readonly IceServer[];
    }
  /** The seat could not be taken: the participant is in the room no more. */
  | { readonly input: 'unprepared'; readonly serial: number }
  | { readonly input: 'commanded'; readonly serial: number; readonly reply: CommandReply }
  | { readonly input: 'timer'; readonly timer: TimerName }
  /** The participant is not this connection's any more. */
  | { readonly input: 'ended'; readonly why: SessionEnd }
  /** Announces a close to come; the connection goes on. */
  | { readonly input: 'goodbye'; readonly reason: CloseReason; readonly retryAfterMs: number }
  | { readonly input: 'close'; readonly reason: CloseReason; readonly retryAfterMs?: number }
  | { readonly input: 'degraded'; readonly degraded: boolean }
  /** The socket is gone. */
  | { readonly input: 'gone' };

/** `hello`: no hello in time; `resume`: a hinted connection's time is up; `token`: the token has expired. */
export type TimerName = 'hello' | 'resume' | 'token';

/** What became of a token. */
export type Verification =
  | { readonly ok: true; readonly identity: Verified }
  | {
      readonly ok: false;
      readonly error: Extract<
        ErrorCode,
        'token_required' | 'token_invalid' | 'token_expired' | 'unavailable'
      >;
    };

/**
 * How a connection ends whose participant has left. `left`: through another connection, or replaced by name (JOIN-7).
 * `expired`: the cluster gave it up although its client is here, so that it may come back, as a new participant.
 */
export const END_REASONS: Readonly<Record<SessionEnd, CloseReason>> = Object.freeze({
  replaced: 'replaced',
  left: 'replaced',
  removed: 'removed',
  expired: 'internal',
  closed: 'room_closed',
});

/** What a client does after each of our closes. */
export const GOODBYE_ACTIONS: Readonly<Record<CloseReason, GoodbyeAction>> = Object.freeze({
  bad_request: 'stop',
  room_full: 'stop',
  forbidden: 'stop',
  removed: 'stop',
  replaced: 'stop',
  token_expired: 'stop',
  room_closed: 'stop',
  unsupported: 'stop',
  overloaded: 'resume',
  rate_limited: 'resume',
  slow_consumer: 'resume',
  draining: 'resume',
  rebalancing: 'resume',
  internal: 'resume',
});
