import { describe, expect, test } from 'vitest';

import { comparePositions } from '@parley/protocol';
import { emptyRoom, reduceRoom } from '@parley/protocol/internal';
import type { RoomState } from '@parley/protocol/internal';
import { createSeededRandom } from '@parley/testkit';
import type { SeededRandom } from '@parley/testkit';

import { createCluster } from './support/cluster.js';
import type { Cluster } from './support/cluster.js';
import type { FakeGateway } from './support/fake-gateway.js';
import { textOfPosition } from './support/joined.js';

const ROOM = { app: 'default', room: 'standup' };
const KEY = 'default\nstandup';
const SIZE = 4;

/** A client as far as the cluster can tell: its key, its count of connections, and where it is connected. */
interface Client {
  readonly keyHash: string;
  n: number;
  cmd: number;
  at: FakeGateway | undefined;
  id: string | undefined;
  busy: boolean;
  kicked: boolean;
}

interface Run {
  readonly cluster: Cluster;
  readonly random: SeededRandom;
  readonly clients: Client[];
}

function pickOwner({ cluster, random }: Run): string {
  return random.pick(cluster.replicas).id;
}

/** Connects somewhere with the next n; who is refused is not connected and tries again later. */
async function connect(run: Run, client: Client): Promise<void> {
  const gateway = run.random.pick(run.cluster.gateways);
  client.n += 1;
  const { keyHash, n } = client;
  const reply = await gateway.join(ROOM, { keyHash, n, size: SIZE }, pickOwner(run));
  if (reply.type !== 'done' || !reply.reply.ok) return;
  if (client.id !== reply.reply.you) client.cmd = 0;
  client.id = reply.reply.you;
  client.at = gateway;
}

/** The socket dies; its gateway tells an owner, unless that is lost too. */
async function drop(run: Run, client: Client): Promise<void> {
  const { at, id, n } = client;
  client.at = undefined;
  if (at === undefined || id === undefined) return;
  at.connections.get(KEY)?.delete(id);
  if (run.random.chance(0.3)) return;
  await at.ask(ROOM, { do: 'disconnected', gateway: at.id, members: [{ id, n }] }, pickOwner(run));
}

async function say(run: Run, client: Client): Promise<void> {
  const { at, id, n } = client;
  if (at === undefined || id === undefined) return;
  const cmd = client.cmd + 1;
  const reply = await at.ask(
    ROOM,
    { do: 'message', id, n, cmd, data: `${client.keyHash} ${cmd}` },
    pickOwner(run),
  );
  if (reply.type === 'done' && reply.reply.ok) client.cmd = cmd;
}

async function act(run: Run, client: Client): Promise<void> {
  if (client.busy) return;
  client.busy = true;
  if (client.at === undefined) await connect(run, client);
  else if (run.random.chance(0.4)) await drop(run, client);
  else await say(run, client);
  client.busy = false;
}

async function disturb({ cluster, random }: Run): Promise<void> {
  const { store } = cluster;
  if (random.chance(0.06)) store.wipe();
  if (random.chance(0.1)) await store.rollback(ROOM, 1 + random.below(4));
  for (const gateway of cluster.gateways) gateway.deaf = random.chance(0.1);
  if (random.chance(0.1)) random.pick(cluster.gateways).digest();
}

/** Runs clients against two owners and a bad store, then lets all faults stop and everybody come back. */
async function play(seed: number): Promise<Run> {
  const random = createSeededRandom(seed);
  const cluster = await createCluster({ seed, replicas: 2, gateways: 3, allOwn: true });
  const clients = Array.from({ length: 6 }, (_, i): Client => ({
    ...{ keyHash: `k${i}`, n: 0, cmd: 0, at: undefined, id: undefined, busy: false, kicked: false },
  }));
  const run = { cluster, random, clients };
  cluster.store.faults = { lostReply: 0.1, failed: 0.05, conflict: 0.05 };
  cluster.store.delayMs = 40;
  for (let step = 0; step < 60; step += 1) {
    void act(run, random.pick(clients));
    void act(run, random.pick(clients));
    await disturb(run);
    await cluster.clock.advance(random.below(120));
    noteKicks(run);
  }
  await settle(run);
  return run;
}

async function settle(run: Run): Promise<void> {
  const { cluster, clients } = run;
  cluster.store.faults = { lostReply: 0, failed: 0, conflict: 0 };
  cluster.store.delayMs = 0;
  for (const gateway of cluster.gateways) gateway.deaf = false;
  for (let rounds = 0; rounds < 12; rounds += 1) {
    await cluster.clock.advance(2_500);
    for (const client of clients) if (client.at === undefined && !client.busy) void connect(run, client);
    await cluster.clock.advance(500);
    noteKicks(run);
    for (const gateway of cluster.gateways) gateway.digest();
  }
  await cluster.clock.advance(2_000);
}

/** A connection that its gateway let go although it is the client's latest. */
function noteKicks({ clients }: Run): void {
  for (const client of clients) {
    const { at, id, n } = client;
    if (at === undefined || id === undefined || client.busy) continue;
    if (at.connections.get(KEY)?.get(id) === n) continue;
    client.kicked = true;
    client.at = undefined;
  }
}

/** Each commit with the room before it. */
function commitsOf({
  cluster,
}: Run): { before: RoomState; batch: Cluster['store']['history'][number]['stored']['batch'] }[] {
  const states = new Map([['0.0', emptyRoom(ROOM, 64)]]);
  return cluster.store.history.map(({ prev, stored }) => {
    const before = states.get(textOfPosition(prev ?? [0, 0]));
    if (before === undefined) throw new Error('a commit over a state that was never there');
    states.set(textOfPosition(stored.state.at), stored.state);
    return { before, batch: stored.batch };
  });
}

/** A join, as opposed to a member that is admitted again, has done nothing yet and is new at this very commit. */
function mustObeyLimits(run: Run): void {
  for (const { before, batch } of commitsOf(run)) {
    let state = before;
    for (const change of batch.changes) {
      const after = reduceRoom(state, { ...batch, changes: [change] });
      const isJoin = change.what === 'joined' && comparePositions(change.member.cmdAt, batch.at) === 0;
      if (isJoin) {
        expect(state.locked).toBe(false);
        expect(after.members.size).toBeLessThanOrEqual(after.size);
      }
      state = after;
    }
  }
}

const SEEDS = Number(process.env['SEEDS'] ?? 40);
const FIRST = Number(process.env['FIRST_SEED'] ?? 1);

describe.each(Array.from({ length: SEEDS }, (_, i) => FIRST + i))(
  'two owners and a bad store, seed %i',
  (seed) => {
    test('[N1] [N4] I1 I6 I8 R7 positions, limits, membership and copies hold', async () => {
      const run = await play(seed);
      const { cluster, clients } = run;
      const ats = cluster.store.history.map(({ stored }) => textOfPosition(stored.state.at));
      expect(new Set(ats).size, 'I8: every commit has a position of its own').toBe(ats.length);
      for (const gateway of cluster.gateways) {
        const positions = gateway.positions.get(KEY) ?? [];
        positions.forEach((at, i) =>
          expect(i === 0 || comparePositions(at, positions[i - 1]!) > 0).toBe(true),
        );
      }
      mustObeyLimits(run);
      const stored = await cluster.store.current(ROOM);
      const connected = clients.filter(({ at }) => at !== undefined);
      expect(connected.length).toBeGreaterThanOrEqual(SIZE);
      for (const { id, at, n } of connected) {
        expect(stored?.members.get(id!), 'I2: who is connected is in the room').toMatchObject({
          n,
          gateway: at!.id,
          online: true,
        });
      }
      expect(
        [...stored!.members.values()].filter(({ online }) => !online),
        'I2: nobody else is',
      ).toEqual([]);
      expect(stored?.members.size).toBe(connected.length);
      for (const gateway of cluster.gateways) {
        if ((gateway.connections.get(KEY)?.size ?? 0) > 0) expect(gateway.copy(ROOM), 'I1').toEqual(stored);
      }
      expect(
        clients.filter(({ kicked }) => kicked),
        'R7: nobody is kicked',
      ).toEqual([]);
      expect(cluster.replicas.map(({ telemetry }) => telemetry.counted('parley_rooms_faults_total'))).toEqual(
        [0, 0],
      );
      await cluster.stop();
    });
  },
);
