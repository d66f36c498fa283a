import type { Bus } from '@parley/bus';
import { createRedisBus, parseRedisTarget } from '@parley/bus/redis';
import type { RedisTarget } from '@parley/bus/redis';
import { whenConnected } from '@parley/testkit';
import type { ProxiedServer, RedisServer } from '@parley/testkit';
import { Redis } from 'ioredis';
import { clock, proxiedRedis } from './proxied-server.js';

/** A real Redis: one way to it that can be spoiled, and one that cannot. */
export interface ProxiedRedis extends ProxiedServer<RedisServer> {
  /** Through the proxy. */
  readonly target: RedisTarget;
  /** Past the proxy. */
  readonly admin: Redis;
  /** A client of the bus through the proxy, once connected. */
  connectBus(): Promise<Bus>;
}

/** Starts it. */
export async function startProxiedRedis(): Promise<ProxiedRedis> {
  const proxied = await proxiedRedis();
  const target = parseRedisTarget(proxied.url);
  const admin = new Redis(proxied.server.url);
  return {
    ...{ ...proxied, target, admin },
    connectBus: () => whenConnected(createRedisBus({ target, timers: clock })),
    stop: async () => {
      admin.disconnect();
      await proxied.stop();
    },
  };
}
