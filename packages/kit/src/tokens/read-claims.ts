import { parseGrants } from './grants.js';
import { TokenError } from './token-error.js';
import type { Verified } from './token-verifier.js';
import { isText } from './utf8.js';

const MAX_SUB_BYTES = 128;
const MAX_NAME_BYTES = 256;
const MAX_ATTRIBUTES = 32;
const MAX_ATTRIBUTES_BYTES = 1_024;

/**
 * What the claims of a token with a good signature say, for the app that its key belongs to. Throws TokenError
 * `token_invalid` when `sub` or `exp` is missing or any claim that we read is not of its form; others are ignored.
 */
export function readClaims(claims: Readonly<Record<string, unknown>>, app: string): Verified {
  const { sub, exp, name, attributes } = claims;
  if (!isText(sub, 1, MAX_SUB_BYTES)) throw wrong('sub');
  const expiresAt = typeof exp === 'number' ? Math.floor(exp * 1_000) : NaN;
  if (!Number.isSafeInteger(expiresAt)) throw wrong('exp');
  if (name !== undefined && !isText(name, 0, MAX_NAME_BYTES)) throw wrong('name');
  if (attributes !== undefined && !isAttributes(attributes)) throw wrong('attributes');
  // An issuer that means to grant nothing may say so with an empty `parley` beside a full `video`.
  const grants = parseGrants(claims['parley'] === undefined ? claims['video'] : claims['parley']);
  return Object.freeze({
    app,
    sub,
    ...(name !== undefined && { name }),
    ...(attributes !== undefined && { attributes }),
    expiresAt,
    ...(grants.room !== undefined && { room: grants.room }),
    grants,
  });
}

function isAttributes(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  if (entries.length > MAX_ATTRIBUTES || Object.hasOwn(value, '__proto__')) return false;
  if (
    !entries.every(
      ([key, item]) => isText(key, 1, MAX_ATTRIBUTES_BYTES) && isText(item, 0, MAX_ATTRIBUTES_BYTES),
    )
  )
    return false;
  return isText(JSON.stringify(value), 0, MAX_ATTRIBUTES_BYTES);
}

function wrong(claim: string): TokenError {
  return new TokenError('token_invalid', `the claim ${claim} is missing or not of its form`);
}
