import { decodeProtectedHeader } from 'jose';

import { TokenError } from './token-error.js';
import { isText } from './utf8.js';

/** The algorithms that are accepted; each key has exactly one of them. */
export const TOKEN_ALGORITHMS = Object.freeze(['HS256', 'RS256', 'ES256', 'EdDSA'] as const);
/** One of the accepted algorithms. */
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** Tokens above this are refused before anything in them is decoded. */
export const MAX_TOKEN_BYTES = 8_192;

/** What a header may decide: which of our own keys is tried. Nothing else of it is looked at. */
export interface TokenHeader {
  readonly alg: TokenAlgorithm;
  readonly kid?: string;
}

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const TYPES: readonly string[] = ['jwt', 'at+jwt', 'application/at+jwt'];

/**
 * Reads the header of a compact JWS; nothing in it is trusted yet. Throws TokenError `token_invalid` for whatever is
 * not three base64url parts within `MAX_TOKEN_BYTES`, names an algorithm that we do not accept, has `crit`, or says
 * that it is something other than a JWT. Keys that a header brings along (`jwk`, `x5c`, `jku`, `x5u`) are ignored.
 */
export function readTokenHeader(token: string): TokenHeader {
  if (token.length > MAX_TOKEN_BYTES) throw malformed('the token is too long');
  if (!COMPACT.test(token)) throw malformed('the token is not three base64url parts');
  const { alg, kid, crit, typ } = decode(token);
  if (crit !== undefined) throw malformed('a critical header is not supported');
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.includes(typ.toLowerCase()))) {
    throw malformed('the header type is not JWT');
  }
  const algorithm = TOKEN_ALGORITHMS.find((known) => known === alg);
  if (algorithm === undefined) throw malformed('the algorithm is not accepted');
  if (kid === undefined) return { alg: algorithm };
  if (!isText(kid, 1, 256)) throw malformed('the kid is not of its form');
  return { alg: algorithm, kid };
}

function decode(token: string): Readonly<Record<string, unknown>> {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw malformed('the header is not JSON');
  }
}

function malformed(message: string): TokenError {
  return new TokenError('token_invalid', message);
}
