import { createRemoteJWKSet, customFetch, errors } from 'jose';
import type { CryptoKey, FetchImplementation, RemoteJWKSet } from 'jose';

import type { Clock } from '../ports/clock.js';
import type { TokenHeader } from './read-token-header.js';
import { TokenError } from './token-error.js';

/** How a key set is fetched and kept. */
export interface RemoteKeySetOptions {
  readonly url: string;
  /** `globalThis.fetch` in `main`. */
  readonly fetch: FetchImplementation;
  readonly clock: Pick<Clock, 'now'>;
  /** Default 3,000: within the deadline of a client's first message. */
  readonly timeoutMs?: number;
  /** After how long a fetched set is fetched again, default 10 minutes. */
  readonly maxAgeMs?: number;
  /** For how long a set serves that cannot be fetched again, default 1 hour. */
  readonly maxStaleMs?: number;
  /** The least time between a fetch and the next that an unknown kid may cause, default 30 s. */
  readonly cooldownMs?: number;
  /** The least time between a failed fetch and the next, default 5 s. */
  readonly failureCooldownMs?: number;
}

/** The keys behind one URL. */
export interface RemoteKeySet {
  /** The key with this kid for this algorithm. Rejects with a TokenError: `token_invalid` (none) or `unavailable`. */
  find(header: TokenHeader): Promise<CryptoKey>;
}

interface GuardedFetch {
  readonly fetch: FetchImplementation;
  /** Milliseconds since the last good answer; Infinity without one. */
  age(): number;
}

const OK = 200;
const MAX_SET_CHARACTERS = 256 * 1024;

/**
 * Creates the key set of a URL. It is first fetched when first needed; at its age it is fetched again while the old one
 * still serves, so that a slow or dead key server delays and refuses nobody within `maxStaleMs`. A key serves the one
 * algorithm of its type; symmetric keys are never used, and a header without kid finds nothing.
 */
export function createRemoteKeySet(options: RemoteKeySetOptions): RemoteKeySet {
  const { maxAgeMs = 600_000, maxStaleMs = 3_600_000 } = options;
  const guarded = guardFetch(options);
  const remote = createRemoteJWKSet(new URL(options.url), {
    [customFetch]: guarded.fetch,
    timeoutDuration: options.timeoutMs ?? 3_000,
    cooldownDuration: options.cooldownMs ?? 30_000,
    // Age is judged here, by the clock that was passed in.
    cacheMaxAge: Infinity,
  });
  return {
    find: async (header) => {
      const age = guarded.age();
      if (age > maxStaleMs) await remote.reload().catch(unavailable);
      else if (age > maxAgeMs) void remote.reload().catch(() => undefined);
      return findKey(remote, header);
    },
  };
}

async function findKey(remote: RemoteJWKSet, { alg, kid }: TokenHeader): Promise<CryptoKey> {
  const none = new TokenError('token_invalid', 'not signed by a known key');
  if (kid === undefined || alg === 'HS256') throw none;
  try {
    return await remote({ alg, kid });
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
      throw none;
    return unavailable();
  }
}

function unavailable(): never {
  throw new TokenError('unavailable', 'the key set cannot be fetched');
}

/** A failed fetch is not tried again for a while, and what is no key set counts as failed. */
function guardFetch({ fetch, clock, failureCooldownMs = 5_000 }: RemoteKeySetOptions): GuardedFetch {
  let fetchedAt = -Infinity;
  let failedAt = -Infinity;
  return {
    age: () => clock.now() - fetchedAt,
    fetch: async (url, init) => {
      if (clock.now() - failedAt < failureCooldownMs) throw new Error('the last fetch has just failed');
      try {
        const body = await readKeySet(await fetch(url, init));
        fetchedAt = clock.now();
        return new Response(body);
      } catch (error) {
        failedAt = clock.now();
        throw error;
      }
    },
  };
}

async function readKeySet(response: Response): Promise<string> {
  const text = await response.text();
  if (response.status !== OK || text.length > MAX_SET_CHARACTERS) throw new Error('no key set');
  const set: unknown = JSON.parse(text);
  const keys = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined;
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'object' && key !== null)) {
    throw new Error('no key set');
  }
  return text;
}
