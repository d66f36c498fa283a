import type { ErrorBody, ErrorCode, Retry } from '@parley/protocol';

/**
 * A code of the server (docs/ERRORS.md), or one of the client's own. `timeout`: no answer within 5 s; it may have been
 * done or not. `queue_full`: 64 requests wait already. `ended`: this client has ended. `gave_up`: the backoff policy did.
 */
export type SignalingErrorCode = ErrorCode | 'timeout' | 'queue_full' | 'ended' | 'gave_up';

/** Why something that was asked of the client did not happen, and how to go on: `retry` is as in docs/ERRORS.md. */
export class SignalingError extends Error {
  declare readonly code: SignalingErrorCode;
  declare readonly retry: Retry;
  declare readonly retryAfterMs: number | undefined;
  constructor(code: SignalingErrorCode, retry: Retry = 'no', message: string = code, retryAfterMs?: number) {
    super(message);
    Object.assign(this, { name: 'SignalingError', code, retry, retryAfterMs });
  }
}

/** The error of a server's reply. */
export function fromErrorBody({ code, retry, message, retryAfterMs }: ErrorBody): SignalingError {
  return new SignalingError(code, retry, message, retryAfterMs);
}
