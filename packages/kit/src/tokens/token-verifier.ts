import type { Grants } from './grants.js';

/** Judges tokens. Passed in everywhere: a real one finishes on threads, a simulated one at once. */
export interface TokenVerifier {
  /** Resolves with what the token says; rejects with a TokenError and with nothing else, whatever the string. */
  verify(token: string): Promise<Verified>;
  /** Who a connection without a token is. Absent: a token is required. */
  readonly anonymous?: Verified;
}

/** What a genuine token says. */
export interface Verified {
  /** The tenant that the signing key belongs to. */
  readonly app: string;
  /** The identity, 1 to 128 bytes. */
  readonly sub: string;
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Milliseconds since the Unix epoch; Infinity for a connection without a token in open mode. */
  readonly expiresAt: number;
  /** The same as `grants.room`. */
  readonly room?: string;
  readonly grants: Grants;
}
