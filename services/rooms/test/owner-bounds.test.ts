import { expect, test } from 'vitest';

import { checkMetricDefinitions } from '@parley/kit';
import { createVirtualClock } from '@parley/testkit';

import { createMemoryStore, createStoreWatch, ROOMS_METRICS } from '../src/index.js';
import { createCluster } from './support/cluster.js';
import { granted, idOf } from './support/joined.js';

const ROOM = { app: 'default', room: 'standup' };

test('[N10] commands that come faster than 20 commits a second are committed together, in order', async () => {
  const cluster = await createCluster({ gateways: 1 });
  const [a] = [cluster.gateways[0]!];
  const id = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  await cluster.clock.advance(1_000);
  const from = cluster.store.history.length;
  const begun = cluster.clock.now();
  const said = [];
  for (let cmd = 1; cmd <= 100; cmd += 1) {
    said.push(a.ask(ROOM, { do: 'message', id, n: 1, cmd, data: String(cmd) }));
    await cluster.clock.advance(10);
  }
  for (const reply of said) granted(await cluster.done(reply));
  const seconds = (cluster.clock.now() - begun) / 1_000;
  const batches = cluster.store.history.slice(from).map(({ stored }) => stored.batch);
  expect(batches.length).toBeLessThanOrEqual(20 * seconds);
  const data = batches.flatMap(({ changes }) =>
    changes.map((change) => change.what === 'message' && change.data),
  );
  expect(data).toEqual(Array.from({ length: 100 }, (_, i) => String(i + 1)));
  await cluster.stop();
});

test('[N10] C5 in a room above 32 what comes within 20 ms is one batch', async () => {
  const cluster = await createCluster({ gateways: 1 });
  const [a] = [cluster.gateways[0]!];
  const joins = Array.from({ length: 33 }, (_, i) => a.join(ROOM, { keyHash: `k${i}` }));
  for (const join of joins) granted(await cluster.done(join));
  await cluster.clock.advance(1_000);
  const from = cluster.store.history.length;
  const members = [...a.copy(ROOM)!.members.values()].slice(0, 10);
  for (const { id } of members) {
    void a.ask(ROOM, { do: 'message', id, n: 1, cmd: 1, data: 'x' });
    await cluster.clock.advance(1);
  }
  await cluster.clock.advance(100);
  expect(cluster.store.history.slice(from).map(({ stored }) => stored.batch.changes.length)).toEqual([10]);
  await cluster.stop();
});

test('I7 I10 every request is answered once, also those beyond the bounds', async () => {
  const cluster = await createCluster({
    ...{ gateways: 1, config: { maxQueuedPerRoom: 3, maxQueued: 5, maxRooms: 3 } },
  });
  const [a] = [cluster.gateways[0]!];
  cluster.store.delayMs = 50;
  const ask = (room: string) => a.ask({ app: 'default', room }, { do: 'settings', locked: true });
  const asked = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', 'd'].map(ask);
  const codes = [];
  for (const reply of asked) {
    const answer = await cluster.done(reply);
    codes.push(answer.type === 'refused' ? answer.error : answer.type);
  }
  expect(codes).toEqual([
    ...['done', 'done', 'done', 'rate_limited'],
    ...['done', 'done', 'unavailable', 'unavailable', 'unavailable'],
  ]);
  await cluster.stop();
});

test('rooms without members are freed; quiet ones are refreshed in the store within the hour', async () => {
  const cluster = await createCluster({ gateways: 1 });
  const [a, replica] = [cluster.gateways[0]!, cluster.replicas[0]!];
  const id = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  await cluster.clock.advance(2 * 3_600_000);
  expect(await cluster.store.current(ROOM)).toEqual(a.copy(ROOM));
  expect(replica.telemetry.gauged('parley_rooms_participants')).toBe(1);
  await cluster.done(a.ask(ROOM, { do: 'leave', id, n: 1 }));
  await cluster.clock.advance(2_000);
  expect(replica.telemetry.gauged('parley_rooms_held')).toBe(0);
  await cluster.stop();
}, 60_000);

test('I9 a draining replica answers on while gateways move to the next one', async () => {
  const cluster = await createCluster({ replicas: 2, gateways: 2 });
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  const id = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  const before = a.copy(ROOM)!.at;
  const [first, second] = [cluster.replicas[0]!, cluster.replicas[1]!];
  const drained = first.rooms.drain(5_000);
  expect(first.rooms.ready()).toBe(false);
  granted(await cluster.done(a.ask(ROOM, { do: 'message', id, n: 1, cmd: 1, data: 'late' }, first.id)));
  await cluster.done(drained);
  expect(a.directory.owners()).toEqual([second.id]);
  await cluster.done(first.kill());
  const late = await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
  expect(granted(late).at[1]).toBe(before[1] + 2);
  expect([...a.copy(ROOM)!.members.keys()]).toHaveLength(2);
  await cluster.stop();
});

test('after stop nothing is scheduled and every request is refused', async () => {
  const cluster = await createCluster({ gateways: 0 });
  const [replica] = [cluster.replicas[0]!];
  await replica.kill();
  await cluster.clock.settle();
  expect([replica.rooms.ready(), cluster.clock.pending]).toEqual([false, 0]);
});

test('R5 the store is fresh while it answers, and stale 2 s after its last answer', async () => {
  const clock = createVirtualClock();
  const store = createMemoryStore({ clock });
  const watch = createStoreWatch(store, clock);
  expect(watch.fresh()).toBe(false);
  watch.start();
  await clock.advance(10_000);
  expect(watch.fresh()).toBe(true);
  await store.close();
  await clock.advance(1_400);
  expect(watch.fresh()).toBe(true);
  await clock.advance(1_000);
  expect(watch.fresh()).toBe(false);
  watch.stop();
  expect(clock.pending).toBe(0);
});

test('O1 the metrics obey the naming rules', () => expect(checkMetricDefinitions(ROOMS_METRICS)).toEqual([]));
