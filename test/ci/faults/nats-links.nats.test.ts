import { createCanary } from '@parley/bus';
import type { Bus } from '@parley/bus';
import { createNatsBus, natsConnectionOptions, parseNatsUrl } from '@parley/bus/nats';
import { createSystemClock } from '@parley/kit';
import { createFaultProxy, eventually, hasNatsProgram, startNats } from '@parley/testkit';
import type { FaultProxy, NatsServer } from '@parley/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { openNatsLink } from '../../../packages/bus/src/nats/nats-link.js';

const clock = createSystemClock();
const PAYLOAD = new Uint8Array(100);

let server: NatsServer;
let proxy: FaultProxy;

beforeAll(async () => {
  server = await startNats();
});

afterAll(() => server.stop());

/** Links of earlier tests are none of its business. */
beforeEach(async () => {
  proxy = await createFaultProxy({ target: server });
  return () => proxy.close();
});

async function connect(): Promise<Bus> {
  const bus = createNatsBus({ url: `nats://127.0.0.1:${proxy.port}`, timers: clock });
  const subscription = await bus.subscribe('ready', () => undefined);
  await subscription.unsubscribe();
  return bus;
}

/** How long it took to fail, and with what. */
async function failure(work: Promise<unknown>): Promise<{ code: unknown; ms: number }> {
  const startedAt = clock.now();
  const code: unknown = await work.then(
    () => 'resolved',
    (error: unknown) => (error as { code?: unknown }).code,
  );
  return { code, ms: clock.now() - startedAt };
}

test('R2 over a blackhole a publish is answered within 2.5 s, the next at once, and all is well 5 s after', async () => {
  const bus = await connect();
  proxy.set({ blackhole: true });
  const first = await failure(bus.publish('x', PAYLOAD));
  expect(first.code).toBe('disconnected');
  expect(first.ms).toBeLessThan(2_500);
  const second = await failure(bus.publish('x', PAYLOAD));
  expect(second).toMatchObject({ code: 'disconnected' });
  expect(second.ms).toBeLessThan(100);
  await wait(6_000);
  proxy.heal();
  await eventually(clock, () => arrives(bus), 5_000);
  await bus.close();
});

test('R8 a link behind which everything stands still is given up within 10 s, and a new one serves', async () => {
  const bus = await connect();
  const kinds: string[] = [];
  bus.onStatus(({ kind }) => void kinds.push(kind));
  const seen: number[] = [];
  await bus.subscribe('after', (payload) => void seen.push(payload.length));
  proxy.set({ blackhole: true });
  for (let i = 0; i < 40; i++) bus.publish('x', new Uint8Array(900_000)).catch(() => undefined);
  await eventually(clock, () => (kinds.includes('disconnected') ? undefined : 'still up'), 10_000);
  // The old connection still stands in the proxy: only a new one can serve.
  proxy.heal();
  await eventually(clock, () => (kinds.includes('reset') ? undefined : 'no new link'), 5_000);
  await bus.publish('after', PAYLOAD);
  await eventually(clock, () => (seen.length > 0 ? undefined : 'nothing arrives'), 2_000);
  await bus.close();
}, 30_000);

test('R8 a link whose socket holds 40 MB that it can never send is given up all the same, for another server', async () => {
  const other = await createFaultProxy({ target: server });
  const told: string[] = [];
  const url = parseNatsUrl(`nats://127.0.0.1:${proxy.port},127.0.0.1:${other.port}`);
  const link = openNatsLink(natsConnectionOptions(url, { name: 'test', prefix: 'test' }), clock, {
    up: (connection) => {
      told.push('up');
      if (told.length > 1) return;
      const used = connection.getServer().endsWith(`:${proxy.port}`) ? proxy : other;
      used.set({ blackhole: true });
      // Past the window that the bus puts before it.
      for (let i = 0; i < 40; i++) connection.publish('x', new Uint8Array(1_000_000));
    },
    down: () => told.push('down'),
    fault: () => undefined,
  });
  await eventually(clock, () => (told.includes('down') ? undefined : 'still up'), 10_000);
  await eventually(clock, () => (told.at(-1) === 'up' ? undefined : told.join(' ')), 5_000);
  await link.close();
  await other.close();
}, 30_000);

test('R5 a subscription that starves is noticed by the canary within 5 s, the link replaced within 15 s', async () => {
  const bus = await connect();
  const kinds: string[] = [];
  bus.onStatus(({ kind }) => void kinds.push(kind));
  const canary = createCanary({ bus, timers: clock, subject: 'canary.starved' });
  await canary.start();
  await eventually(clock, () => (canary.fresh() ? undefined : 'never fresh'));
  proxy.set({ swallow: 'toClient' });
  await eventually(clock, () => (canary.fresh() ? 'still fresh' : undefined), 5_000);
  await eventually(clock, () => (kinds.includes('disconnected') ? undefined : 'still up'), 10_000);
  proxy.heal();
  await eventually(clock, () => (kinds.includes('reset') ? undefined : 'no reset'), 5_000);
  await eventually(clock, () => (canary.fresh() ? undefined : 'not fresh again'), 2_000);
  await canary.stop();
  await bus.close();
}, 40_000);

test('R4 after 500 resets under load each subscription is there, once, 2 s after the last', async () => {
  const buses = await Promise.all(Array.from({ length: 25 }, connect));
  const seen = buses.map(() => 0);
  let back = 0;
  for (const [index, bus] of buses.entries()) {
    bus.onStatus(({ kind }) => void (back += kind === 'reset' ? 1 : 0));
    await bus.subscribe(`r4-${index}`, () => void (seen[index] = (seen[index] ?? 0) + 1));
  }
  const endLoad = clock.every(2, () => {
    for (const bus of buses) bus.publish('r4-0', PAYLOAD).catch(() => undefined);
  });
  for (let round = 1; round <= 20; round++) {
    expect(proxy.reset()).toBeGreaterThanOrEqual(25);
    await eventually(clock, () => (back >= 25 * round ? undefined : `${back} of ${25 * round} are back`));
  }
  endLoad();
  await Promise.all(buses.map((bus) => bus.flush()));
  await eventually(clock, () => arrives(buses[1]), 2_000);
  const before = [...seen];
  await Promise.all(buses.map((bus, index) => bus.publish(`r4-${index}`, PAYLOAD)));
  await eventually(
    clock,
    () => (seen.every((count, index) => count > (before[index] ?? 0)) ? undefined : 'one is missing'),
    2_000,
  );
  await wait(100);
  expect(seen).toEqual(before.map((count) => count + 1));
  await Promise.all(buses.map((bus) => bus.close()));
}, 60_000);

test.runIf(hasNatsProgram())(
  'F5 a restart of the server: subscriptions are back within 5 s, and reset is told',
  async () => {
    const own = await startNats({ via: 'path' });
    const bus = createNatsBus({ url: own.url, timers: clock });
    const kinds: string[] = [];
    bus.onStatus(({ kind }) => void kinds.push(kind));
    await bus.subscribe('x', () => undefined);
    await own.process?.restart();
    await eventually(clock, () => (kinds.includes('reset') ? undefined : kinds.join(' ')), 5_000);
    expect(await bus.publish('x', PAYLOAD)).toBeUndefined();
    await bus.close();
    await own.stop();
  },
);

let probes = 0;

/** Why nothing published by this bus comes back to it, or undefined once something does. */
function arrives(bus: Bus | undefined): string | undefined {
  if (bus === undefined) return 'no bus';
  const known = heard.get(bus);
  if (known === undefined) {
    heard.set(bus, { count: 0 });
    const subject = `probe-${++probes}`;
    void bus.subscribe(subject, () => void heard.set(bus, { count: 1 }));
    const end = clock.every(50, () => {
      if ((heard.get(bus)?.count ?? 0) > 0) end();
      else bus.publish(subject, PAYLOAD).catch(() => undefined);
    });
  }
  return (known?.count ?? 0) > 0 ? undefined : 'nothing arrives';
}

const heard = new Map<Bus, { readonly count: number }>();

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
