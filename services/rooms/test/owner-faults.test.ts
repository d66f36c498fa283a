import { expect, test } from 'vitest';

import { createCluster } from './support/cluster.js';
import { granted, idOf, keysOf, textOfPosition } from './support/joined.js';

const ROOM = { app: 'default', room: 'standup' };

test('[N1] F9 a commit whose reply was lost is one join, published and answered as if nothing had been', async () => {
  const cluster = await createCluster();
  const { store, gateways, clock } = cluster;
  const [a, b] = [gateways[0]!, gateways[1]!];
  await cluster.done(a.join(ROOM, { keyHash: 'kA' }));
  store.faults.lostReply = 1;
  const reply = await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
  store.faults.lostReply = 0;
  expect(granted(reply)).toMatchObject({ resumed: false });
  await clock.advance(1_000);
  expect(store.history).toHaveLength(2);
  expect(keysOf(a.copy(ROOM))).toEqual(['kA', 'kB']);
  expect(a.copy(ROOM)).toEqual(b.copy(ROOM));
  expect(granted(await cluster.done(a.join(ROOM, { keyHash: 'kC' }))).at[0]).not.toBe(granted(reply).at[0]);
  await cluster.stop();
});

test('[N1] I8 a new term begins at the first commit after a load, an unknown result and a conflict', async () => {
  const cluster = await createCluster({ replicas: 2, gateways: 1 });
  const [a] = [cluster.gateways[0]!];
  const [first, second] = cluster.replicas.map(({ id }) => id);
  const say = (cmd: number, to: string | undefined) =>
    cluster.done(a.ask(ROOM, { do: 'message', id, n: 1, cmd, data: 'x' }, to));
  const id = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  const ats = [];
  for (const [cmd, to] of [
    [1, first],
    [2, first],
    [3, second],
    [4, second],
    [5, first],
  ] as const) {
    ats.push(granted(await say(cmd, to)).at);
  }
  const epochs = ats.map(([epoch]) => epoch);
  expect(epochs[1]).toBe(epochs[0]);
  expect(epochs[2]).toBeGreaterThan(epochs[1]!);
  expect(epochs[3]).toBe(epochs[2]);
  expect(epochs[4]).toBeGreaterThan(epochs[3]!);
  expect(ats.map(([, version]) => version)).toEqual([2, 3, 4, 5, 6]);
  await cluster.stop();
});

test('[N7] a second owner with an old copy answers from the store: slow, never wrong', async () => {
  const cluster = await createCluster({ replicas: 2, gateways: 1 });
  const [a] = [cluster.gateways[0]!];
  const [first, second] = cluster.replicas.map(({ id }) => id);
  const full = { keyHash: 'kA', size: 1 };
  const id = idOf(await cluster.done(a.join(ROOM, full)));
  await cluster.done(a.ask(ROOM, { do: 'message', id, n: 1, cmd: 1, data: 'x' }, first));
  await cluster.done(a.ask(ROOM, { do: 'leave', id, n: 1 }, second));
  const again = await cluster.done(a.ask(ROOM, { do: 'message', id, n: 1, cmd: 1, data: 'x' }, first));
  expect(again).toMatchObject({ reply: { ok: false, error: 'not_joined' } });
  await cluster.stop();
});

test('[N7] a fetch is answered only after the store confirmed the position', async () => {
  const cluster = await createCluster({ replicas: 2, gateways: 1 });
  const [a] = [cluster.gateways[0]!];
  const id = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  for (const [at, { id: owner }] of cluster.replicas.entries()) {
    await cluster.done(a.ask(ROOM, { do: 'message', id, n: 1, cmd: at + 1, data: 'x' }, owner));
  }
  const now = await cluster.store.current(ROOM);
  for (const { id: owner } of cluster.replicas) {
    expect(await cluster.done(a.fetch(ROOM, owner))).toEqual({ type: 'state', state: now });
  }
  await cluster.stop();
});

test('F8 while the store is down requests are refused as unavailable, and all is well after', async () => {
  const cluster = await createCluster();
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  await cluster.done(a.join(ROOM, { keyHash: 'kA' }));
  cluster.store.down = true;
  expect(await cluster.done(b.join(ROOM, { keyHash: 'kB' }))).toEqual({
    ...{ type: 'refused', error: 'unavailable', retryAfterMs: 1_000 },
  });
  cluster.store.down = false;
  expect(granted(await cluster.done(b.join(ROOM, { keyHash: 'kB' })))).toMatchObject({ resumed: false });
  expect(keysOf(a.copy(ROOM))).toEqual(['kA', 'kB']);
  await cluster.stop();
});

test.each([1_200, 1_900, 60_000])(
  'R2 a store that takes %i ms a call: everybody is refused within 2.5 s, also who comes behind others',
  async (latencyMs) => {
    const cluster = await createCluster({ gateways: 1 });
    const { clock, store, gateways } = cluster;
    const [a] = [gateways[0]!];
    await cluster.done(a.join(ROOM, { keyHash: 'known' }));
    store.latencyMs = latencyMs;
    const answers: Promise<number>[] = [];
    for (let index = 0; index < 60; index += 1) {
      const askedAt = clock.now();
      // A store that is slow, and no more, still commits in a room that it need not load first.
      const asked = index % 3 === 0 || latencyMs < 2_000 ? { ...ROOM, room: `new${index}` } : ROOM;
      answers.push(
        a.join(asked, { keyHash: `k${index}` }).then((reply) => {
          expect(reply).toMatchObject({ type: 'refused', error: 'unavailable', retryAfterMs: 1_000 });
          return clock.now() - askedAt;
        }),
      );
      await clock.advance(70);
    }
    const times = await cluster.done(Promise.all(answers));
    expect(Math.max(...times)).toBeLessThan(2_500);
    store.latencyMs = 0;
    // What the owner asks of itself may still wait.
    await clock.advance(2_500);
    granted(await cluster.done(a.join(ROOM, { keyHash: 'after' })));
    await cluster.stop();
  },
);

test('a replica that cannot own refuses at once', async () => {
  const cluster = await createCluster();
  const [a] = [cluster.gateways[0]!];
  const [replica] = [cluster.replicas[0]!];
  replica.canOwn = false;
  await cluster.clock.advance(1_500);
  expect(replica.rooms.ready()).toBe(false);
  expect(await cluster.done(a.ask(ROOM, { do: 'settings', locked: true }, replica.id))).toMatchObject({
    error: 'unavailable',
  });
  await cluster.stop();
});

test.each([
  ['emptied', 0],
  ['older', 2],
])(
  '[N4] R7 a store that comes back %s: nobody is kicked, the room goes on in a new epoch',
  async (_, back) => {
    const cluster = await createCluster({ gateways: 3 });
    const [a, b, c] = [cluster.gateways[0]!, cluster.gateways[1]!, cluster.gateways[2]!];
    await cluster.done(a.join(ROOM, { keyHash: 'kA' }));
    await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
    await cluster.done(c.join(ROOM, { keyHash: 'kC' }));
    const before = c.copy(ROOM)!;
    if (back === 0) cluster.store.wipe();
    else await cluster.store.rollback(ROOM, back);
    const id = [...before.members.values()].find(({ keyHash }) => keyHash === 'kA')!.id;
    const said = granted(await cluster.done(a.ask(ROOM, { do: 'message', id, n: 1, cmd: 1, data: 'x' })));
    expect(said.at[0]).toBeGreaterThan(before.at[0]);
    await cluster.clock.advance(2_000);
    for (const gateway of cluster.gateways) {
      expect([...gateway.copy(ROOM)!.members.keys()].sort()).toEqual([...before.members.keys()].sort());
      expect(gateway.copy(ROOM)).toEqual(await cluster.store.current(ROOM));
      expect(gateway.connections.get('default\nstandup')?.size).toBe(1);
    }
    await cluster.stop();
  },
);

test('[N4] R7 store emptied and owner gone: the gateways bring the room back, before anybody joins it', async () => {
  const cluster = await createCluster({ gateways: 2 });
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  await cluster.done(a.join(ROOM, { keyHash: 'kA', size: 2 }));
  await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
  const ids = [...a.copy(ROOM)!.members.keys()].sort();
  await cluster.done(cluster.replicas[0]!.kill());
  cluster.store.wipe();
  await cluster.addReplica('r_9');
  await cluster.clock.advance(5_000);
  expect(await cluster.done(a.join(ROOM, { keyHash: 'kC' }))).toMatchObject({
    reply: { error: 'room_full' },
  });
  const now = await cluster.store.current(ROOM);
  expect([...now!.members.keys()].sort()).toEqual(ids);
  expect(a.copy(ROOM)).toEqual(now);
  expect(b.copy(ROOM)).toEqual(now);
  await cluster.stop();
});

test('I8 no position is ever committed twice, also when the store goes back within one term', async () => {
  const cluster = await createCluster({ gateways: 1 });
  const [a] = [cluster.gateways[0]!];
  const id = idOf(await cluster.done(a.join(ROOM, { keyHash: 'kA' })));
  for (let cmd = 1; cmd <= 12; cmd += 1) {
    granted(await cluster.done(a.ask(ROOM, { do: 'message', id, n: 1, cmd, data: 'x' })));
    if (cmd % 3 === 0) await cluster.store.rollback(ROOM, 2);
  }
  const ats = cluster.store.history.map(({ stored }) => textOfPosition(stored.state.at));
  expect(new Set(ats).size).toBe(ats.length);
  await cluster.stop();
});
