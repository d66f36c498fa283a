/** `deadline` and `disconnected` leave open what a `put` did; `failed`: the server refused; `overflow`: too much waits. */
export type BucketErrorCode = 'closed' | 'disconnected' | 'deadline' | 'failed' | 'overflow';

/** Why a call of a bucket has no answer. */
export class BucketError extends Error {
  readonly code: BucketErrorCode;
  constructor(code: BucketErrorCode, message: string = code, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BucketError';
    this.code = code;
  }
}
