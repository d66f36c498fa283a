import { expect, test } from 'vitest';

import { createCluster } from './support/cluster.js';
import { idOf, keysOf } from './support/joined.js';

const ROOM = { app: 'default', room: 'standup' };
const KEY = 'default\nstandup';

async function twoJoined() {
  const cluster = await createCluster();
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  const ann = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  const bo = idOf(await cluster.done(b.join(ROOM, { keyHash: 'kB' })));
  await cluster.clock.advance(100);
  const digest = async (): Promise<void> => {
    for (const gateway of cluster.gateways) gateway.digest();
    await cluster.clock.advance(500);
  };
  return { cluster, a, b, ann, bo, digest };
}

test('[N3] a digest that fits asks for nothing and commits nothing', async () => {
  const { cluster, a, b, digest } = await twoJoined();
  const heard = a.heard.length + b.heard.length;
  await digest();
  expect(a.heard.length + b.heard.length).toBe(heard);
  expect(cluster.store.history).toHaveLength(2);
  await cluster.stop();
});

test('[N3] a gateway that missed a batch is told the position and fetches', async () => {
  const { cluster, a, b, bo, digest } = await twoJoined();
  a.deaf = true;
  await cluster.done(b.ask(ROOM, { do: 'message', id: bo, n: 1, cmd: 1, data: 'x' }));
  a.deaf = false;
  await digest();
  expect(a.copy(ROOM)).toEqual(b.copy(ROOM));
  await cluster.stop();
});

test('[N3] a connection that a gateway lost silently becomes away, and expires', async () => {
  const { cluster, a, b, ann, digest } = await twoJoined();
  a.connections.get(KEY)!.clear();
  await digest();
  expect(b.copy(ROOM)!.members.get(ann)!.online).toBe(false);
  await cluster.clock.advance(15_500);
  expect(keysOf(b.copy(ROOM))).toEqual(['kB']);
  await cluster.stop();
});

test('[N3] [N4] a connection that the owner lost is bound again; one that is outdated is gone', async () => {
  const { cluster, a, b, ann, digest } = await twoJoined();
  a.connections.get(KEY)!.set(ann, 4);
  await digest();
  expect(b.copy(ROOM)!.members.get(ann)).toMatchObject({ n: 4, gateway: 'g_1', online: true });
  b.connections.get(KEY)!.set(ann, 3);
  await digest();
  expect(b.connections.get(KEY)!.has(ann)).toBe(false);
  expect(b.heard).toContainEqual({ type: 'gone', ...ROOM, participant: ann, n: 3, replaced: true });
  await cluster.stop();
});

test('[N3] who joins while a listing is under way is not taken for missing', async () => {
  const { cluster, a, digest } = await twoJoined();
  a.connections.get(KEY)!.clear();
  const joining = a.join(ROOM, { keyHash: 'kC' });
  await digest();
  await cluster.done(joining);
  await cluster.clock.advance(500);
  const members = [...a.copy(ROOM)!.members.values()];
  expect(members.map(({ keyHash, online }) => [keyHash, online])).toEqual([
    ['kA', false],
    ['kB', true],
    ['kC', true],
  ]);
  await cluster.stop();
});

test('F1 a gateway dies: its members are away, and expire in the window from its last heartbeat', async () => {
  const { cluster, a, b, ann } = await twoJoined();
  await a.kill();
  await cluster.clock.advance(5_000);
  expect(b.copy(ROOM)!.members.get(ann)!.online).toBe(false);
  await cluster.clock.advance(9_000);
  expect(b.copy(ROOM)!.members.has(ann)).toBe(true);
  await cluster.clock.advance(2_500);
  expect(keysOf(b.copy(ROOM))).toEqual(['kB']);
  await cluster.stop();
});

test('[N2] the next owner announces the position, publishes the last batch again, and gives the full window', async () => {
  const { cluster, a, b, ann, bo } = await twoJoined();
  await cluster.done(b.ask(ROOM, { do: 'disconnected', gateway: 'g_2', members: [{ id: bo, n: 1 }] }));
  b.connections.get(KEY)!.clear();
  await cluster.clock.advance(10_000);
  await cluster.done(cluster.replicas[0]!.kill());
  a.deaf = true;
  await cluster.clock.advance(1_000);
  a.deaf = false;
  await cluster.addReplica('r_9');
  await cluster.clock.advance(5_000);
  const seen = a.heard.length;
  await cluster.done(a.ask(ROOM, { do: 'message', id: ann, n: 1, cmd: 1, data: 'x' }));
  expect(a.heard.slice(seen).map(({ type }) => type)).toEqual(['batch', 'position', 'batch']);
  expect(keysOf(a.copy(ROOM))).toEqual(['kA', 'kB']);
  await cluster.clock.advance(14_000);
  expect(keysOf(a.copy(ROOM))).toEqual(['kA', 'kB']);
  await cluster.clock.advance(1_500);
  expect(keysOf(a.copy(ROOM))).toEqual(['kA']);
  await cluster.stop();
});

test('[N2] after a publish that failed the position is sent again, while the gateway is live', async () => {
  const { cluster, a, b, bo } = await twoJoined();
  await a.endpoint.close();
  await cluster.done(b.ask(ROOM, { do: 'message', id: bo, n: 1, cmd: 1, data: 'x' }));
  await cluster.clock.advance(2_500);
  expect(cluster.replicas[0]!.telemetry.counted('parley_rooms_undelivered_total')).toBeGreaterThan(1);
  await cluster.stop();
});

test('[N4] a gateway that was cut off and comes back is judged by what happened meanwhile', async () => {
  const { cluster, a, ann, digest } = await twoJoined();
  a.deaf = true;
  await cluster.done(
    cluster.gateways[1]!.ask(ROOM, { do: 'disconnected', gateway: 'g_1', members: [{ id: ann, n: 1 }] }),
  );
  await cluster.clock.advance(16_000);
  a.deaf = false;
  await digest();
  expect(a.connections.get(KEY)!.size).toBe(0);
  expect(keysOf(a.copy(ROOM))).toEqual(['kB']);
  await cluster.stop();
});
