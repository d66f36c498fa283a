import { createSystemClock } from '@parley/kit';
import { createFaultProxy, startRedis } from '@parley/testkit';
import type { FaultProxy, RedisServer } from '@parley/testkit';

import type { BusHarness } from '../src/conformance/index.js';
import type { Bus } from '../src/index.js';
import { createRedisBus, parseRedisTarget } from '../src/redis/index.js';
import type { RedisBusOptions } from '../src/redis/index.js';

/** A real Redis behind a proxy that can spoil the links to it. */
export interface ProxiedRedis {
  readonly server: RedisServer;
  readonly proxy: FaultProxy;
  /** A connected client through the proxy. */
  connect(more?: Partial<RedisBusOptions>): Promise<Bus>;
  stop(): Promise<void>;
}

export const clock = createSystemClock();

export async function startProxiedRedis(): Promise<ProxiedRedis> {
  const server = await startRedis();
  const proxy = await createFaultProxy({ target: server });
  const target = parseRedisTarget(`redis://127.0.0.1:${proxy.port}`);
  return {
    server,
    proxy,
    connect: (more) => connected(createRedisBus({ target, timers: clock, ...more })),
    stop: async () => {
      await proxy.close();
      await server.stop();
    },
  };
}

/** The same bus, once both of its links are up. */
export async function connected(bus: Bus): Promise<Bus> {
  await new Promise<void>((resolve) => {
    const end = bus.onStatus(({ kind }) => {
      if (kind !== 'connected') return;
      end();
      resolve();
    });
  });
  return bus;
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
