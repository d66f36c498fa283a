import { expect, test } from 'vitest';

import type { RoomRef } from '@parley/protocol/internal';

import { createCluster } from './support/cluster.js';
import type { Cluster } from './support/cluster.js';
import { granted, idOf, keysOf } from './support/joined.js';

const ROOM: RoomRef = { app: 'default', room: 'standup' };

/** Ann at the first gateway; then nobody holds the room but that gateway: the owner is another one, the store empty. */
async function forgotten(): Promise<{ cluster: Cluster; ann: string; seen: readonly [number, number] }> {
  const cluster = await createCluster({ gateways: 3 });
  const [a] = [cluster.gateways[0]!];
  const ann = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  const seen = a.copy(ROOM)!.at;
  await cluster.done(cluster.replicas[0]!.kill());
  cluster.store.wipe();
  await cluster.addReplica('r_9');
  await cluster.clock.advance(4_500);
  return { cluster, ann, seen };
}

test('[N4] R7 a gateway whose copy is unknown, though older, is heard before anything is committed or answered', async () => {
  const { cluster, ann } = await forgotten();
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
  expect(keysOf(await cluster.store.current(ROOM))).toEqual(['kB']);
  const commits = cluster.store.history.length;
  const reply = await cluster.done(a.join(ROOM, { keyHash: 'kC' }));
  expect(reply.type === 'done' && keysOf(reply.state)).toEqual(['kA', 'kB', 'kC']);
  for (const { stored } of cluster.store.history.slice(commits)) {
    expect(stored.state.members.has(ann)).toBe(true);
  }
  await cluster.stop();
});

test('[N4] R7 a fetch from an unknown position is answered with the union', async () => {
  const { cluster, ann } = await forgotten();
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
  const reply = await cluster.done(a.fetch(ROOM));
  expect(reply.type === 'state' && keysOf(reply.state)).toEqual(['kA', 'kB']);
  expect(a.copy(ROOM)?.members.has(ann)).toBe(true);
  await cluster.stop();
});

test('[N4] R7 who resumes where nobody knows the room is looked for at all gateways, and keeps its id', async () => {
  const { cluster, ann, seen } = await forgotten();
  const [c] = [cluster.gateways[2]!];
  const reply = await cluster.done(c.join(ROOM, { keyHash: 'kA', n: 2 }, undefined, seen));
  expect(granted(reply)).toMatchObject({ you: ann, resumed: true });
  await cluster.stop();
});

test('[N4] a position that a client makes up moves no epoch, and makes an owner search once in five seconds', async () => {
  const cluster = await createCluster();
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  const madeUp = [Number.MAX_SAFE_INTEGER - 1, 7] as const;
  const wants = (): number => a.heard.filter(({ type }) => type === 'want').length;
  const { at } = granted(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  const counts: number[] = [];
  for (const keyHash of ['k1', 'k2', 'k3']) {
    const reply = granted(await cluster.done(b.join(ROOM, { keyHash }, undefined, madeUp)));
    expect([reply.at[0], reply.resumed]).toEqual([at[0], false]);
    counts.push(wants());
  }
  await cluster.clock.advance(5_000);
  await cluster.done(b.join(ROOM, { keyHash: 'k4' }, undefined, madeUp));
  expect([...counts, wants()]).toEqual([1, 1, 1, 2]);
  await cluster.stop();
});

test('[N4] R7 an owner keeps its copy while nobody can own: a store that is emptied meanwhile kicks nobody', async () => {
  const cluster = await createCluster();
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  const [owner] = [cluster.replicas[0]!];
  const ann = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  owner.canOwn = false;
  await cluster.clock.advance(2_000);
  cluster.store.wipe();
  await a.kill();
  owner.canOwn = true;
  await cluster.clock.advance(1_500);
  await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
  expect((await cluster.store.current(ROOM))?.members.has(ann)).toBe(true);
  await cluster.stop();
});

test('[N4] R7 a replica that owned the room before brings its copy, when store and gateway lost it together', async () => {
  const cluster = await createCluster({ replicas: 2, gateways: 2, allOwn: true });
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  const ann = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' }, 'r_1')));
  const seen = a.copy(ROOM)!.at;
  cluster.store.wipe();
  await a.kill();
  const reply = await cluster.done(b.join(ROOM, { keyHash: 'kA', n: 2 }, 'r_2', seen));
  expect(granted(reply)).toMatchObject({ you: ann, resumed: true });
  await cluster.stop();
});

test('[N10] R7 a store that lost one room is asked for all the others too, without waiting for their refresh', async () => {
  const cluster = await createCluster();
  const [a] = [cluster.gateways[0]!];
  const other = { ...ROOM, room: 'quiet' };
  await cluster.done(a.join(ROOM, { keyHash: 'kA' }));
  const quiet = idOf(await cluster.done(a.join(other, { keyHash: 'kA' })));
  await cluster.clock.advance(1_000);
  cluster.store.wipe();
  await cluster.done(a.join(ROOM, { keyHash: 'kB' }));
  await cluster.clock.advance(3_000);
  expect((await cluster.store.current(other))?.members.has(quiet)).toBe(true);
  await cluster.stop();
});

test('[N3] a digest that came while the store was down is judged when it is back', async () => {
  const cluster = await createCluster({ gateways: 1 });
  const [a] = [cluster.gateways[0]!];
  await cluster.done(a.join(ROOM, { keyHash: 'kA' }));
  await cluster.done(cluster.replicas[0]!.kill());
  const owner = await cluster.addReplica('r_9');
  await cluster.clock.advance(4_500);
  cluster.store.down = true;
  a.digest();
  await cluster.clock.advance(3_000);
  expect(owner.telemetry.counted('parley_rooms_loads_total', { result: 'found' })).toBe(0);
  cluster.store.down = false;
  await cluster.clock.advance(2_000);
  expect(owner.telemetry.counted('parley_rooms_loads_total', { result: 'found' })).toBe(1);
  cluster.store.wipe();
  await cluster.done(a.join(ROOM, { keyHash: 'kB' }));
  expect(keysOf(await cluster.store.current(ROOM))).toEqual(['kA', 'kB']);
  await cluster.stop();
});

test('[N3] I2 a gateway that was not heard for a while is asked at once whom it still has, and nobody expires', async () => {
  const cluster = await createCluster();
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  const ann = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
  a.directory.stop();
  a.deaf = true;
  await cluster.clock.advance(8_000);
  expect(b.copy(ROOM)?.members.get(ann)?.online).toBe(false);
  a.deaf = false;
  a.directory.start();
  await cluster.clock.advance(2_000);
  expect(b.copy(ROOM)?.members.get(ann)?.online).toBe(true);
  await cluster.clock.advance(20_000);
  expect(keysOf(await cluster.store.current(ROOM))).toEqual(['kA', 'kB']);
  await cluster.stop();
});

test('[N3] R4 an owner whose link was down asks all gateways for a cycle, whose own links never were', async () => {
  const cluster = await createCluster();
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  const [owner] = [cluster.replicas[0]!];
  await cluster.done(a.join(ROOM, { keyHash: 'kA' }));
  a.deaf = true;
  await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
  a.deaf = false;
  expect(keysOf(a.copy(ROOM))).toEqual(['kA']);
  owner.reset();
  await cluster.clock.advance(500);
  expect([a, b].map(({ heard }) => heard.filter(({ type }) => type === 'resync').length)).toEqual([1, 1]);
  expect(keysOf(a.copy(ROOM))).toEqual(['kA', 'kB']);
  await cluster.stop();
});
