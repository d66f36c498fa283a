import { createSystemClock } from '@parley/kit';
import { putBehindProxy, startNats, whenConnected } from '@parley/testkit';
import type { NatsServer, ProxiedServer } from '@parley/testkit';

import type { BusHarness } from '../src/conformance/index.js';
import type { Bus } from '../src/index.js';
import { createNatsBus } from '../src/nats/index.js';
import type { NatsBusOptions } from '../src/nats/index.js';

/** A real NATS behind a proxy that can spoil the links to it. */
export interface ProxiedNats extends ProxiedServer<NatsServer> {
  /** A connected client through the proxy. */
  connect(more?: Partial<NatsBusOptions>): Promise<Bus>;
}

export const clock = createSystemClock();

export async function startProxiedNats(): Promise<ProxiedNats> {
  const proxied = await putBehindProxy(await startNats());
  const { url } = proxied;
  return { ...proxied, connect: (more) => whenConnected(createNatsBus({ url, timers: clock, ...more })) };
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
