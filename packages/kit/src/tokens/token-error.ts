/**
 * `token_invalid`: malformed, not signed by a known key, or not for this server; `token_expired`: genuine, but its time
 * has passed; `unavailable`: cannot be judged now, because the key set cannot be fetched (no fault of the client's).
 */
export type TokenErrorCode = 'token_invalid' | 'token_expired' | 'unavailable';

/** Why a token was refused. The message is one of a fixed set: it never holds anything of the token or of a key. */
export class TokenError extends Error {
  readonly code: TokenErrorCode;
  constructor(code: TokenErrorCode, message: string = code) {
    super(message);
    this.name = 'TokenError';
    this.code = code;
  }
}
