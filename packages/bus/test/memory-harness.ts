import type { BusHarness } from '../src/conformance/index.js';
import { createMemoryBroker } from '../src/index.js';
import type { Bus } from '../src/index.js';
import { createVirtualTimers } from './virtual-timers.js';

/** The memory driver on virtual time; `wrap` may spoil each client. */
export function createMemoryHarness(wrap: (bus: Bus) => Bus = (bus) => bus): BusHarness {
  const timers = createVirtualTimers();
  const broker = createMemoryBroker(timers);
  return {
    connect: async () => wrap(broker.connect()),
    connectBounded: async (maxQueuedMessages) =>
      wrap(createMemoryBroker(timers, { maxQueuedMessages }).connect()),
    timers,
    prefix: 'test.',
    settle: () => timers.run(10),
  };
}
