import { createSystemClock } from '@parley/kit';
import { putBehindProxy, startRedis, whenConnected } from '@parley/testkit';
import type { RedisServer, ProxiedServer } from '@parley/testkit';

import type { BusHarness } from '../src/conformance/index.js';
import type { Bus } from '../src/index.js';
import { createRedisBus, parseRedisTarget } from '../src/redis/index.js';
import type { RedisBusOptions } from '../src/redis/index.js';

/** A real Redis behind a proxy that can spoil the links to it. */
export interface ProxiedRedis extends ProxiedServer<RedisServer> {
  /** A connected client through the proxy. */
  connect(more?: Partial<RedisBusOptions>): Promise<Bus>;
}

export const clock = createSystemClock();

export async function startProxiedRedis(): Promise<ProxiedRedis> {
  const proxied = await putBehindProxy(await startRedis());
  const target = parseRedisTarget(proxied.url);
  return { ...proxied, connect: (more) => whenConnected(createRedisBus({ target, timers: clock, ...more })) };
}

/** What the conformance suite needs of it; each harness has subjects of its own. */
export function createRedisHarness({ proxy, connect }: ProxiedRedis, prefix: string): BusHarness {
  return {
    connect: () => connect(),
    connectBounded: (maxPending) => connect({ maxPending }),
    timers: clock,
    prefix,
    settle: () => new Promise<void>((resolve) => void clock.after(20, resolve)),
    interrupt: async () => void proxy.reset(),
  };
}
