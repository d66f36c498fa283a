import { createSystemClock } from '@parley/kit';
import type { OwnerReply } from '@parley/protocol/internal';
import { createStore } from '@parley/rooms';
import type { Store } from '@parley/rooms';
import { createFaultProxy, eventually, hasNatsProgram, startNats } from '@parley/testkit';
import type { FaultProxy, NatsServer } from '@parley/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { storedAt } from '../../../services/rooms/src/store/store-model.js';
import { createAckCutter } from './support/ack-cutter.js';
import { isDone, startRoomsOver } from './support/rooms-over-store.js';

const clock = createSystemClock();
let server: NatsServer;
let proxy: FaultProxy;

beforeAll(async () => {
  server = await startNats({ jetstream: true });
  proxy = await createFaultProxy({ target: server });
});

afterAll(async () => {
  await proxy.close();
  await server.stop();
});

/** A store at that port that answers. */
async function openStore(port: number, query = '?storage=memory'): Promise<Store> {
  const store = createStore(`nats://127.0.0.1:${port}/${query}`, { clock });
  await answering(store);
  return store;
}

async function answering(store: Store, withinMs = 5_000): Promise<void> {
  let problem: string | undefined = 'no answer yet';
  let isAsking = false;
  const ask = (): void => {
    isAsking = true;
    store.ping().then(
      () => (problem = undefined),
      (error: unknown) => {
        problem = String(error);
        isAsking = false;
      },
    );
  };
  await eventually(
    clock,
    () => {
      if (!isAsking) ask();
      return problem;
    },
    withinMs,
  );
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

async function membersOf(store: Store, room: string): Promise<{ keys: string[]; version?: number }> {
  const stored = await store.load({ app: 'default', room });
  const keys = [...(stored?.state.members.values() ?? [])].map(({ keyHash }) => keyHash);
  return { keys: keys.sort(), ...(stored && { version: stored.state.at[1] }) };
}

test('R2 F7 a blackholed NATS: joins are refused as unavailable within 2.5 s, and work within 5 s of its healing', async () => {
  const store = await openStore(proxy.port);
  const rooms = await startRoomsOver(store);
  try {
    expect(isDone(await rooms.join('known', 'k0'))).toBe(true);
    proxy.set({ blackhole: true });
    const asked: Promise<{ readonly reply: OwnerReply; readonly ms: number }>[] = [];
    // Its own commit meets the blackhole, then others their first load, then those that wait in the same room.
    for (let index = 0; index < 24; index++) {
      const startedAt = clock.now();
      const joining = rooms.join(index % 2 === 0 ? 'known' : `new${index}`, `k${index}`, 2);
      asked.push(joining.then((reply) => ({ reply, ms: clock.now() - startedAt })));
      await after(250);
    }
    for (const { reply, ms } of await Promise.all(asked)) {
      expect(reply).toMatchObject({ type: 'refused', error: 'unavailable' });
      expect(reply).toHaveProperty('retryAfterMs');
      expect(ms).toBeLessThan(2_500);
    }
    proxy.heal();
    const healedAt = clock.now();
    while (!isDone(await rooms.join('known', 'after'))) await after(50);
    expect(clock.now() - healedAt).toBeLessThan(5_000);
  } finally {
    proxy.heal();
    await rooms.stop();
    await store.close();
  }
}, 40_000);

/** Joins whose commit is done, and whose acknowledgement never arrives; tells how many acknowledgements were lost. */
async function joinWithLostReplies(lane: number, joins: number): Promise<number> {
  const cutter = await createAckCutter(server);
  const inner = await openStore(cutter.port);
  const applied: string[] = [];
  const store: Store = {
    ...inner,
    commit: async (ref, expected, next) => {
      const before = cutter.cuts();
      try {
        return await inner.commit(ref, expected, next);
      } finally {
        // Only what was stored is acknowledged; an attempt without a link stores nothing.
        const joined = next.batch.changes.flatMap((c) => (c.what === 'joined' ? [c.member.keyHash] : []));
        if (cutter.cuts() > before) applied.push(...joined);
      }
    },
  };
  const rooms = await startRoomsOver(store);
  const keys = Array.from({ length: joins }, (_, index) => `lane${lane}.${index}`);
  try {
    for (const key of keys) while (!isDone(await rooms.join(`lost${lane}`, key))) await after(20);
  } finally {
    await rooms.stop();
    await store.close();
    await cutter.close();
  }
  const direct = await openStore(server.port);
  const { keys: members, version = 0 } = await membersOf(direct, `lost${lane}`);
  await direct.close();
  expect(members).toEqual([...keys].sort());
  expect(applied).toEqual(keys);
  // The owner gives up a gateway that sends no heartbeats: on a slow machine that is a commit more.
  expect(version).toBe(cutter.cuts());
  return keys.length;
}

test('R3 F9 the reply is cut off after the commit ran, 1,000 times: each join is applied once', async () => {
  const lanes = Array.from({ length: 25 }, (_, lane) => joinWithLostReplies(lane, 40));
  const joins = await Promise.all(lanes);
  expect(joins.reduce((sum, each) => sum + each, 0)).toBe(1_000);
}, 120_000);

test.runIf(hasNatsProgram())(
  'R7 F6 a server that comes back empty: touch says so, nobody is lost, and the bucket is there again',
  async () => {
    const own = await startNats({ jetstream: true, via: 'path' });
    const store = await openStore(own.port);
    const rooms = await startRoomsOver(store);
    try {
      expect(isDone(await rooms.join('emptied', 'a'))).toBe(true);
      await own.process?.restart();
      await answering(store);
      expect(await store.touch({ app: 'default', room: 'emptied' }, [1, 1])).toBe('conflict');
      expect(isDone(await rooms.join('emptied', 'b'))).toBe(true);
      expect((await membersOf(store, 'emptied')).keys).toEqual(['a', 'b']);
    } finally {
      await rooms.stop();
      await store.close();
      await own.stop();
    }
  },
  30_000,
);

test.runIf(hasNatsProgram())(
  'F5 with files a server that was killed comes back with what it had, and is used within 5 s',
  async () => {
    const own = await startNats({ jetstream: true, via: 'path' });
    const store = await openStore(own.port, '?storage=file');
    const ref = { app: 'default', room: 'kept' };
    expect(await store.commit(ref, undefined, storedAt(ref, [7, 1], [0, 0]))).toBe('ok');
    await own.process?.restart();
    await answering(store);
    expect((await store.load(ref))?.state.at).toEqual([7, 1]);
    await store.close();
    await own.stop();
  },
  30_000,
);
