import { expect } from 'vitest';
import { createEndpoint } from '../src/index.js';
import type { Bus, Timers } from '../src/index.js';

/** R10: an endpoint hears within a second that its record is undelivered and its request unreachable. */
export async function expectSenderTold(bus: Bus, timers: Timers): Promise<void> {
  const endpoint = createEndpoint({ bus, timers, id: 'r10-sender' });
  await endpoint.start();
  const startedAt = timers.now();
  const told = new Promise<string>((resolve) => void endpoint.onUndelivered(resolve));
  endpoint.send('nobody', new Uint8Array(1));
  const asked = endpoint.request('nobody', new Uint8Array(1), { deadlineMs: 5_000 });
  await expect(asked).rejects.toMatchObject({ code: 'unreachable' });
  expect(await told).toBe('nobody');
  expect(timers.now() - startedAt).toBeLessThan(1_000);
  await endpoint.close();
}
