import type { Bus } from './bus.js';
import { createMemoryBroker } from './memory-bus.js';
import { createNatsBus } from './nats/index.js';
import { createRedisBus, parseRedisTarget } from './redis/index.js';
import type { Timers } from './timers.js';

/** Schemes of `BUS_URL` that there is a driver for. */
export const BUS_SCHEMES: readonly string[] = ['memory', 'redis', 'rediss', 'nats', 'tls'];

/**
 * The bus that a URL names. `memory:` reaches nobody but this process. Throws a RangeError for a scheme without a driver
 * and for a URL that its driver cannot read; the message does not repeat the URL, which may hold a password.
 */
export function createBus(url: string, timers: Timers): Bus {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  if (scheme === 'memory') return createMemoryBroker(timers).connect();
  if (scheme === 'redis' || scheme === 'rediss')
    return createRedisBus({ target: parseRedisTarget(url), timers });
  if (scheme === 'nats' || scheme === 'tls') return createNatsBus({ url, timers });
  throw new RangeError(`BUS_URL: no driver for its scheme (there are: ${BUS_SCHEMES.join(', ')})`);
}
