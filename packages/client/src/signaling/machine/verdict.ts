import { closeAction } from '@parley/protocol';
import type { CloseAction, Goodbye, GoodbyeAction, LeftReason } from '@parley/protocol';
import type { EndReason } from '../signaling-client.js';

const ENDS: Readonly<Record<number, EndReason>> = {
  4008: 'removed',
  4009: 'replaced',
  4010: 'token-expired',
  4012: 'room-closed',
  4013: 'unsupported',
};

/** A close, or the goodbye ahead of it. */
export type Closing = Pick<Goodbye, 'code'> & Partial<Pick<Goodbye, 'action' | 'retryAfterMs'>>;

/** What a close code means for a client that it ends. */
export function endReason(code = 0): EndReason {
  return ENDS[code] ?? 'refused';
}

/** What to do after a close, by the goodbye's `action` if there was one, else by the code (docs/PROTOCOL.md, CLOSE-2). */
export function verdict(code: number, action?: GoodbyeAction): CloseAction | 'rejoin' {
  if (action === 'stop' || action === 'rejoin') return action;
  const byCode = closeAction(code);
  return action === 'resume' && byCode === 'stop' ? 'reconnect' : byCode;
}

/** What it means that the room says that oneself has left, by its reason; absent: come back. */
export const EXPULSIONS: Readonly<Partial<Record<LeftReason, EndReason>>> = {
  removed: 'removed',
  closed: 'room-closed',
  // Whoever left without asking for it has been replaced by a later participant of the same client.
  left: 'replaced',
};
