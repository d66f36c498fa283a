import type { Bus } from '@parley/bus';
import { createRedisBus, parseRedisTarget } from '@parley/bus/redis';
import { eventually, whenConnected } from '@parley/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeafProxy } from './support/deaf-proxy.js';
import { startProxiedRedis } from './support/proxied-redis.js';
import { after, clock, timed } from './support/proxied-server.js';
import type { ProxiedRedis } from './support/proxied-redis.js';

let redis: ProxiedRedis;
beforeAll(async () => {
  redis = await startProxiedRedis();
});
afterAll(() => redis.stop());

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function gather(bus: Bus, subject: string): Promise<string[]> {
  const seen: string[] = [];
  await bus.subscribe(subject, (payload) => void seen.push(new TextDecoder().decode(payload)));
  return seen;
}

function countResets(bus: Bus): () => number {
  let resets = 0;
  bus.onStatus(({ kind }) => void (resets += kind === 'reset' ? 1 : 0));
  return () => resets;
}

test('R4 500 resets under load: order holds, and 2 s after the last every subscription is there, each once', async () => {
  const buses = await Promise.all([0, 1, 2, 3].map(() => redis.connectBus()));
  const subjects = buses.map((_, index) => `r4.${index}`);
  const all = await Promise.all(buses.map((bus, index) => gather(bus, subjects[index] ?? '')));
  let sent = 0;
  let over = false;
  const load = (async () => {
    while (!over) {
      sent += 1;
      for (const bus of buses)
        for (const subject of subjects) bus.publish(subject, bytesOf(String(sent))).catch(() => undefined);
      await after(2);
    }
  })();
  for (let reset = 0; reset < 500; reset += 1) {
    redis.proxy.reset();
    await after(reset % 50 === 0 ? 100 : 10);
  }
  const healedAt = clock.now();
  over = true;
  await load;
  const outcomes = async (subject: string): Promise<readonly unknown[]> =>
    Promise.all(buses.map((bus) => bus.publish(subject, bytesOf('last')).catch(() => 'failed')));
  // Receivers as Redis counts them: one client each, as all links of before are gone for it too.
  for (const subject of subjects) {
    while ((await outcomes(subject)).some((receivers) => receivers !== 1)) {
      expect(clock.now() - healedAt).toBeLessThan(2_000);
      await after(20);
    }
  }
  for (const [index, bus] of buses.entries()) await bus.publish(subjects[index] ?? '', bytesOf('end'));
  await eventually(clock, () => (all.every((seen) => seen.includes('end')) ? undefined : 'end is missing'));
  for (const seen of all) {
    const numbers = seen.filter((text) => text !== 'last' && text !== 'end').map(Number);
    // Four publishers count each for itself: no number may come a fifth time, nor after one that is two higher from anyone.
    const times = new Map<number, number>();
    for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1);
    expect(Math.max(...times.values())).toBeLessThanOrEqual(4);
    expect(seen.filter((text) => text === 'end')).toEqual(['end']);
    expect(numbers.length).toBeGreaterThan(0);
  }
  const clients = String(await redis.admin.client('LIST')).match(/name=parley-bus/g) ?? [];
  expect(clients.length).toBe(2 * buses.length);
  for (const bus of buses) await bus.close();
}, 60_000);

test('R9 over 50 resets the messages of one publisher come in order, none twice', async () => {
  const [publisher, subscriber] = [await redis.connectBus(), await redis.connectBus()];
  const seen = await gather(subscriber, 'r9');
  let number = 0;
  const publishSome = (): void => {
    for (const end = number + 20; number < end; number += 1)
      publisher.publish('r9', bytesOf(String(number))).catch(() => undefined);
  };
  for (let round = 0; round < 50; round += 1) {
    publishSome();
    await after(round % 3);
    redis.proxy.reset();
    publishSome();
    const before = seen.length;
    await eventually(clock, () => {
      publishSome();
      return seen.length > before ? undefined : 'nothing arrives any more';
    });
  }
  expect(seen.map(Number)).toEqual([...new Set(seen.map(Number))].sort((a, b) => a - b));
  for (const bus of [publisher, subscriber]) await bus.close();
}, 30_000);

test('R5 F7 a starved subscriber, its connection in good health, is found within 15 s and comes back', async () => {
  const proxy = await createDeafProxy(redis.server);
  const target = parseRedisTarget(`redis://127.0.0.1:${proxy.port}`);
  const bus = await whenConnected(createRedisBus({ target, timers: clock }));
  const resets = countResets(bus);
  const seen = await gather(bus, 'r5');
  proxy.starve();
  const starvedAt = clock.now();
  await bus.publish('r5', bytesOf('lost'));
  await eventually(clock, () => (resets() > 0 ? undefined : 'no reset'), 15_000);
  expect(clock.now() - starvedAt).toBeLessThan(15_000);
  await bus.publish('r5', bytesOf('found'));
  await eventually(clock, () => (seen.length > 0 ? undefined : 'still deaf'));
  expect(seen).toEqual(['found']);
  await bus.close();
  await proxy.close();
}, 30_000);

test('R5 F7 links that are half-open are found within 15 s', async () => {
  const bus = await redis.connectBus();
  const resets = countResets(bus);
  const seen = await gather(bus, 'half-open');
  redis.proxy.halfOpen('server');
  await eventually(clock, () => (resets() > 0 ? undefined : 'no reset'), 15_000);
  await bus.publish('half-open', bytesOf('x'));
  await eventually(clock, () => (seen.length > 0 ? undefined : 'still deaf'));
  await bus.close();
}, 30_000);

test('R2 F7 a blackholed Redis: publishes fail within 2.5 s, later ones at once, and work within 5 s of its healing', async () => {
  const bus = await redis.connectBus();
  const seen = await gather(bus, 'r2');
  redis.proxy.set({ blackhole: true });
  const first = await timed(bus.publish('r2', bytesOf('lost')));
  expect(first.outcome).toMatchObject({ name: 'BusError', code: 'disconnected' });
  expect(first.ms).toBeLessThan(2_500);
  for (let later = 0; later < 20; later += 1) {
    const { ms, outcome } = await timed(bus.publish('r2', bytesOf('lost')));
    expect(outcome).toMatchObject({ code: 'disconnected' });
    expect(ms).toBeLessThan(50);
    await after(100);
  }
  redis.proxy.heal();
  const healedAt = clock.now();
  while (!seen.includes('found')) {
    await bus.publish('r2', bytesOf('found')).catch(() => undefined);
    await after(20);
    expect(clock.now() - healedAt).toBeLessThan(5_000);
  }
  await bus.close();
}, 30_000);
