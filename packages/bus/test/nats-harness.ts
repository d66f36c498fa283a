import { createSystemClock } from '@parley/kit';
import { createFaultProxy, startNats } from '@parley/testkit';
import type { FaultProxy, NatsServer } from '@parley/testkit';

import type { BusHarness } from '../src/conformance/index.js';
import type { Bus } from '../src/index.js';
import { createNatsBus } from '../src/nats/index.js';
import type { NatsBusOptions } from '../src/nats/index.js';

/** A real NATS behind a proxy that can spoil the links to it. */
export interface ProxiedNats {
  readonly server: NatsServer;
  readonly proxy: FaultProxy;
  /** A connected client through the proxy. */
  connect(more?: Partial<NatsBusOptions>): Promise<Bus>;
  stop(): Promise<void>;
}

export const clock = createSystemClock();

export async function startProxiedNats(): Promise<ProxiedNats> {
  const server = await startNats();
  const proxy = await createFaultProxy({ target: server });
  const url = `nats://127.0.0.1:${proxy.port}`;
  return {
    server,
    proxy,
    connect: (more) => connected(createNatsBus({ url, timers: clock, ...more })),
    stop: async () => {
      await proxy.close();
      await server.stop();
    },
  };
}

/** The same bus, once it is connected. */
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

/** What the conformance suite needs of it; each case has subjects of its own. */
export function createNatsHarness({ proxy, connect }: ProxiedNats, prefix: string): BusHarness {
  return {
    connect: () => connect(),
    connectBounded: (maxQueuedMessages) => connect({ maxQueuedMessages }),
    timers: clock,
    prefix,
    settle: () => new Promise<void>((resolve) => void clock.after(20, resolve)),
    interrupt: async () => void proxy.reset(),
  };
}
