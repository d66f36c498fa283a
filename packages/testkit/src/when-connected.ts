import type { Bus } from '@parley/bus';

/** The same bus, once it tells that it is connected. */
export async function whenConnected(bus: Bus): Promise<Bus> {
  await new Promise<void>((resolve) => {
    const end = bus.onStatus(({ kind }) => {
      if (kind !== 'connected') return;
      end();
      resolve();
    });
  });
  return bus;
}
