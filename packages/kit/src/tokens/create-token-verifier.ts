import { errors, jwtVerify } from 'jose';
import type { FetchImplementation } from 'jose';

import type { Clock } from '../ports/clock.js';
import type { KeyConfig, KeySetConfig } from './key-config.js';
import { readClaims } from './read-claims.js';
import { readTokenHeader } from './read-token-header.js';
import type { TokenHeader } from './read-token-header.js';
import { createRemoteKeySet } from './remote-key-set.js';
import type { RemoteKeySet, RemoteKeySetOptions } from './remote-key-set.js';
import { TokenError } from './token-error.js';
import { importTokenKeys } from './token-keys.js';
import type { TokenKey, TokenKeys } from './token-keys.js';
import type { TokenVerifier, Verified } from './token-verifier.js';

/** How far clocks of issuers may be off, in seconds: a token serves that much before `nbf` and after `exp`. */
export const CLOCK_TOLERANCE_S = 5;

/** What a verifier judges by. */
export interface TokenVerifierOptions {
  readonly keys: readonly KeyConfig[];
  /** A key set beside the configured keys, which go first. */
  readonly keySet?: KeySetConfig &
    Partial<
      Pick<RemoteKeySetOptions, 'timeoutMs' | 'maxAgeMs' | 'maxStaleMs' | 'cooldownMs' | 'failureCooldownMs'>
    >;
  readonly clock: Pick<Clock, 'wall' | 'now'>;
  /** Needed for `keySet` only; default the runtime's own. */
  readonly fetch?: FetchImplementation;
}

/**
 * Creates the verifier of `jwt` mode. Rejects with a TokenKeyError when a configured key cannot be used. The algorithm
 * comes from the key, never from the token; the key comes from the configuration or the key set, never from the token.
 */
export async function createTokenVerifier(options: TokenVerifierOptions): Promise<TokenVerifier> {
  const keys = await importTokenKeys(options.keys);
  const { keySet, clock, fetch = globalThis.fetch } = options;
  const remote = keySet && createRemoteKeySet({ ...keySet, clock, fetch });
  return {
    verify: async (token) => {
      const header = readTokenHeader(token);
      const candidates = await findKeys(header, { keys, remote, keySet });
      return verifyWithOneOf(candidates, token, clock.wall());
    },
  };
}

interface Sources {
  readonly keys: TokenKeys;
  readonly remote: RemoteKeySet | undefined;
  readonly keySet: KeySetConfig | undefined;
}

async function findKeys(
  header: TokenHeader,
  { keys, remote, keySet }: Sources,
): Promise<readonly TokenKey[]> {
  const configured = keys.find(header);
  if (configured.length > 0 || remote === undefined) return configured;
  const { app = 'default', iss, aud } = keySet ?? {};
  const key = await remote.find(header);
  return [
    { alg: header.alg, app, key, ...(iss !== undefined && { iss }), ...(aud !== undefined && { aud }) },
  ];
}

/** Without kid there may be several keys: the one that has signed the token decides. */
async function verifyWithOneOf(
  candidates: readonly TokenKey[],
  token: string,
  now: number,
): Promise<Verified> {
  for (const candidate of candidates) {
    try {
      return await verifyWith(candidate, token, now);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw asTokenError(error);
    }
  }
  throw new TokenError('token_invalid', 'not signed by a known key');
}

async function verifyWith(
  { alg, app, key, iss, aud }: TokenKey,
  token: string,
  now: number,
): Promise<Verified> {
  const { payload } = await jwtVerify(token, key, {
    algorithms: [alg],
    currentDate: new Date(now),
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ['sub', 'exp'],
    ...(iss !== undefined && { issuer: iss }),
    ...(aud !== undefined && { audience: aud }),
  });
  return readClaims(payload, app);
}

/** jose's messages may name claims' values; ours never do. */
function asTokenError(error: unknown): TokenError {
  if (error instanceof TokenError) return error;
  if (error instanceof errors.JWTExpired) return new TokenError('token_expired', 'the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    const known = ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat'].find((claim) => claim === error.claim);
    return new TokenError('token_invalid', `the claim ${known ?? 'set'} does not fit`);
  }
  return new TokenError('token_invalid', 'the token cannot be verified');
}
