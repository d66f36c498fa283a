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
  /** Of the body of a server's error, or what of it there is. */
  constructor(body: SignalingErrorBody) {
    const { code, retry = 'no', message = code, retryAfterMs } = body;
    super(message);
    Object.assign(this, { name: 'SignalingError', code, retry, retryAfterMs });
  }
}

/** What an error is made of: a code, and what else is known; `retry` is `no` unless told. */
export interface SignalingErrorBody extends Partial<Omit<ErrorBody, 'code'>> {
  readonly code: SignalingErrorCode;
}
