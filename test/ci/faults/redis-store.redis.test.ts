import type { OwnerReply } from '@parley/protocol/internal';
import { createStore } from '@parley/rooms';
import type { Store } from '@parley/rooms';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storedAt } from '../../../services/rooms/src/store/store-model.js';
import { startProxiedRedis } from './support/proxied-redis.js';
import { after, clock, timed } from './support/proxied-server.js';
import type { ProxiedRedis } from './support/proxied-redis.js';
import { isDone, startRoomsOver } from './support/rooms-over-store.js';

let redis: ProxiedRedis;
beforeAll(async () => {
  redis = await startProxiedRedis();
});
afterAll(() => redis.stop());

function numbered(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => `${name}${index}`);
}

/** Resolves once it answers. */
async function openStore(proxied: ProxiedRedis = redis): Promise<Store> {
  const store = createStore(`redis://127.0.0.1:${proxied.proxy.port}`, { clock });
  while ((await timed(store.ping())).outcome instanceof Error) await after(10);
  return store;
}

/** How often members joined: one commit each, and each once among the members. */
async function expectJoinedOnce(store: Store, room: string, keys: readonly string[]): Promise<void> {
  const stored = await store.load({ app: 'default', room });
  const members = [...(stored?.state.members.values() ?? [])];
  expect(members.map(({ keyHash }) => keyHash).sort()).toEqual([...keys].sort());
  expect(stored?.state.at[1]).toBe(keys.length);
}

test('R2 F7 a blackholed Redis: joins are refused as unavailable within 2.5 s, and work within 5 s of its healing', async () => {
  const store = await openStore();
  const rooms = await startRoomsOver(store);
  try {
    expect(isDone(await rooms.join('known', 'k0'))).toBe(true);
    redis.proxy.set({ blackhole: true });
    const asked: Promise<Awaited<ReturnType<typeof timed<OwnerReply>>>>[] = [];
    // Its own commit meets the blackhole, then others their first load, then those that wait in the same room.
    for (const [index, key] of numbered(20, 'k').entries()) {
      asked.push(timed(rooms.join(index % 2 === 0 ? 'known' : `new${index}`, key, 2)));
      await after(250);
    }
    const answers = await Promise.all(asked);
    for (const { ms, outcome } of answers) {
      expect(outcome).toMatchObject({ type: 'refused', error: 'unavailable' });
      expect(outcome).toHaveProperty('retryAfterMs');
      expect(ms).toBeLessThan(2_500);
    }
    redis.proxy.heal();
    const healedAt = clock.now();
    while (!isDone(await rooms.join('known', 'after'))) await after(50);
    expect(clock.now() - healedAt).toBeLessThan(5_000);
  } finally {
    redis.proxy.heal();
    await rooms.stop();
    await store.close();
  }
}, 30_000);

test('R2 what waits for a blackholed Redis is bounded, and settles, with a link and without', async () => {
  const store = await openStore();
  try {
    redis.proxy.set({ blackhole: true });
    for (let round = 0; round < 2; round += 1) {
      const loads = numbered(12_000, 'room').map((room) => timed(store.load({ app: 'default', room })));
      const answers = await Promise.all(loads);
      const codes = answers.map(({ outcome }) => (outcome as { readonly code?: string }).code);
      expect(codes.filter((code) => code === 'overflow')).toHaveLength(2_000);
      expect(codes.filter((code) => code === 'disconnected')).toHaveLength(10_000);
    }
  } finally {
    redis.proxy.heal();
    await store.close();
  }
}, 30_000);

test('R2 a Redis that takes a second each way: no join waits for it longer than 2.5 s', async () => {
  const store = await openStore();
  const rooms = await startRoomsOver(store);
  try {
    redis.proxy.set({ latencyMs: 900 });
    const asked = numbered(20, 'slow').map((room) => timed(rooms.join(room, 'k')));
    for (const { ms, outcome } of await Promise.all(asked)) {
      expect(outcome).toMatchObject({ type: 'refused', error: 'unavailable' });
      expect(ms).toBeLessThan(2_500);
    }
  } finally {
    redis.proxy.heal();
    await rooms.stop();
    await store.close();
  }
}, 30_000);

/** Joins whose commit is done, and whose reply never arrives because the connection ends with its first byte. */
async function joinWithLostReplies(lane: number, joins: number): Promise<number> {
  const proxied = await startProxiedRedis();
  const inner = await openStore(proxied);
  let lost = 0;
  // The server has the script from here on; before, its first answer is that it has not.
  await inner.commit(
    { app: 'warm', room: 'up' },
    undefined,
    storedAt({ app: 'warm', room: 'up' }, [1, 1], [0, 0]),
  );
  const store: Store = {
    ...inner,
    commit: async (...call) => {
      proxied.proxy.set({ cutAfter: { toClient: 0 } });
      try {
        return await inner.commit(...call);
      } catch (error) {
        lost += 1;
        throw error;
      } finally {
        proxied.proxy.heal();
      }
    },
  };
  const rooms = await startRoomsOver(store);
  try {
    for (let first = 0; first < joins; first += 50) {
      const keys = numbered(Math.min(50, joins - first), `lane${lane}.`);
      for (const key of keys) while (!isDone(await rooms.join(`room${first}`, key))) await after(20);
      await expectJoinedOnce(inner, `room${first}`, keys);
    }
  } finally {
    await rooms.stop();
    await store.close();
    await proxied.stop();
  }
  return lost;
}

test('R3 F9 the reply is cut off after the commit ran, 1,000 times: each join is applied once', async () => {
  const lost = await Promise.all([0, 1, 2, 3].map((lane) => joinWithLostReplies(lane, 250)));
  expect(lost.reduce((sum, each) => sum + each, 0)).toBe(1_000);
}, 120_000);

test('R6 SCRIPT FLUSH under load fails no join', async () => {
  const store = await openStore();
  const rooms = await startRoomsOver(store);
  let flushes = 0;
  let over = false;
  const flushing = (async () => {
    while (!over) {
      await redis.admin.script('FLUSH');
      flushes += 1;
    }
  })();
  try {
    for (let round = 0; round < 20; round += 1) {
      const joins = numbered(50, 'k').map((key) => rooms.join(`flushed${round}.${key}`, key));
      expect((await Promise.all(joins)).filter((reply) => !isDone(reply))).toEqual([]);
    }
    expect(flushes).toBeGreaterThan(20);
  } finally {
    over = true;
    await flushing;
    await rooms.stop();
    await store.close();
  }
}, 30_000);

test('R7 a store that was emptied says so, and takes what the owner has', async () => {
  const store = await openStore();
  const rooms = await startRoomsOver(store);
  try {
    await rooms.join('emptied', 'a');
    await redis.admin.flushall();
    expect(await store.touch({ app: 'default', room: 'emptied' }, [1, 1])).toBe('conflict');
    expect(isDone(await rooms.join('emptied', 'b'))).toBe(true);
    const stored = await store.load({ app: 'default', room: 'emptied' });
    expect([...(stored?.state.members.values() ?? [])].map(({ keyHash }) => keyHash).sort()).toEqual([
      'a',
      'b',
    ]);
  } finally {
    await rooms.stop();
    await store.close();
  }
}, 30_000);
