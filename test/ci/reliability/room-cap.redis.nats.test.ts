import { createSignalingClient, SignalingError } from '@parley/client';
import type { SignalingClient } from '@parley/client';
import { createSystemClock } from '@parley/kit';
import { createStore } from '@parley/rooms';
import { startCluster, startNats, startRedis } from '@parley/testkit';
import type { Cluster } from '@parley/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

const SIZE = 150;
/** On each side; neither can fill the room alone. */
const JOINERS = 100;
const ROOM = 'full house';

const SERVERS = [
  { name: 'Redis', start: () => startRedis() },
  { name: 'NATS', start: () => startNats({ jetstream: true }) },
];

/** Joins by a client of its own; `full` is the service's definite answer. Whatever else a join may end with is thrown. */
async function joinThrough(side: Cluster, into: SignalingClient[]): Promise<'joined' | 'full'> {
  const client = createSignalingClient({
    urls: `${side.gateways[0]?.url?.replace('http', 'ws')}/v1/connect`,
    room: ROOM,
    WebSocket,
  });
  into.push(client);
  try {
    await client.join();
    return 'joined';
  } catch (error) {
    if (error instanceof SignalingError && error.code === 'room_full') return 'full';
    const { state } = client;
    // The machine stood still for so long that the client said hello too late: it has asked for nothing yet.
    if (state.name === 'ended' && state.code === 4000) return joinThrough(side, into);
    throw new Error(`not joined: ${JSON.stringify(state)}`, { cause: error });
  }
}

/** Commits of a side's owner that ended so. */
async function commits({ rooms }: Cluster, result: string): Promise<number> {
  const text = await (await fetch(`${rooms[0]?.adminUrl}/metrics`)).text();
  const line = new RegExp(`^parley_rooms_commits_total\\{.*result="${result}".*\\} (\\d+)$`, 'm').exec(text);
  return Number(line?.[1] ?? 0);
}

// Two clusters that hear nothing of each other share one store: each has an owner that knows itself alone.
describe.each(SERVERS)('two owners of one room over $name', ({ start }) => {
  const ends: (() => Promise<void>)[] = [];
  const clients: SignalingClient[] = [];
  let sides: Cluster[] = [];
  let storeUrl = '';

  beforeAll(async () => {
    const [store, ...buses] = await Promise.all([start(), start(), start()]);
    ends.push(...[store, ...buses].map(({ stop }) => stop));
    storeUrl = store.url;
    const env = {
      ROOM_SIZE: String(SIZE),
      ADDRESS_UPGRADES_PER_SECOND: '100000',
      // Neither side hears the other's gateway, and takes its members for away: they must not expire meanwhile.
      RESUME_WINDOW_S: '600',
    };
    sides = await Promise.all(
      buses.map(({ url }) =>
        startCluster({ busUrl: url, storeUrl, gateways: 1, rooms: 1, turnCredentials: 0, env }),
      ),
    );
    ends.unshift(
      ...sides.map(
        ({ stop }) =>
          () =>
            stop(true),
      ),
    );
    for (const side of sides) await side.ready();
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.leave()));
    for (const end of ends) await end();
  });

  test('I6 200 joins at once through both fill it exactly', async () => {
    // From now on each owner holds the room, and what the other one commits makes that old.
    for (const side of sides) expect(await joinThrough(side, clients)).toBe('joined');

    const joins = sides.flatMap((side) => Array.from({ length: JOINERS }, () => joinThrough(side, clients)));
    const outcomes = await Promise.all(joins);

    const joined = outcomes.filter((outcome) => outcome === 'joined').length;
    expect(joined).toBe(SIZE - sides.length);
    expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(outcomes.length - joined);
    const store = createStore(storeUrl, { clock: createSystemClock() });
    const stored = (): Promise<number | undefined> =>
      store.load({ app: 'default', room: ROOM }).then(
        (room) => room?.state.members.size,
        () => undefined, // Not connected yet.
      );
    await expect.poll(stored, { timeout: 10_000 }).toBe(SIZE);
    await store.close();
    const conflicts = await Promise.all(sides.map((side) => commits(side, 'conflict')));
    const granted = await Promise.all(sides.map((side) => commits(side, 'ok')));
    console.info(`commits ${granted.join(' and ')}, conflicts ${conflicts.join(' and ')}`);
    for (const count of granted) expect(count).toBeGreaterThan(1);
    expect(Math.max(...conflicts)).toBeGreaterThan(0);
  }, 60_000);
});
