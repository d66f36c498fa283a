import { parseRedisTarget } from '@parley/bus/redis';
import type { Clock } from '@parley/kit';

import { createMemoryStore } from './memory-store.js';
import type { Store } from './port.js';
import { createNatsStore } from './nats/create-nats-store.js';
import { createRedisStore } from './redis/create-redis-store.js';

/** Schemes of `STORE_URL` that there is a driver for. */
export const STORE_SCHEMES: readonly string[] = ['memory', 'redis', 'rediss', 'nats', 'tls'];

/**
 * The store that a URL names. Throws a RangeError for a scheme without a driver and for a URL that its driver cannot read;
 * the message does not repeat the URL, which may hold a password.
 */
export function createStore(url: string, deps: { readonly clock: Clock }): Store {
  const { clock } = deps;
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  switch (scheme) {
    case 'memory':
      return createMemoryStore({ clock });
    case 'redis':
    case 'rediss':
      return createRedisStore({ target: parseRedisTarget(url), clock });
    case 'nats':
    case 'tls':
      return createNatsStore({ url, clock });
    default:
      throw new RangeError(`STORE_URL: no driver for its scheme (there are: ${STORE_SCHEMES.join(', ')})`);
  }
}
