import { startCluster } from '@parley/testkit';
import type { Cluster } from '@parley/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { JOINTS } from '../cluster/joints.js';
import type { Joint } from '../cluster/joints.js';
import { joinRaw } from '../support/raw-client.js';
import type { RawClient } from '../support/raw-client.js';
import { percentiles, writeReport } from './support/report.js';

const FILE = 'test/full/ghost-bound';
const [ROOMS, GHOSTS] = [100, 10];
const BOUND_MS = 20_000;
const BIN_MS = 500;

type Member = Awaited<ReturnType<typeof joinRaw>>;

/** Joins `count` clients in each room through one gateway, a few at a time. */
async function joinRooms(url: string, count: number): Promise<Member[]> {
  const members: Member[] = [];
  for (let room = 0; room < ROOMS; room += 1) {
    const joins = Array.from({ length: count }, () => joinRaw(url, `room ${room}`));
    members.push(...(await Promise.all(joins)));
  }
  return members;
}

/** When this client is told of each of the ghosts in its room that it has left, in ms from now. */
function departures(client: RawClient, kind: 'left', count: number): Promise<number[]> {
  const from = performance.now();
  const times: number[] = [];
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${times.length} of ${count} are gone`)), 60_000);
    client.socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (!text.startsWith('{"type":"batch"')) return;
      const changes = JSON.parse(text.slice(text.indexOf('\n') + 1)) as { what: string }[];
      for (const { what } of changes) if (what === kind) times.push(Math.round(performance.now() - from));
      if (times.length < count) return;
      clearTimeout(late);
      resolve(times);
    });
  });
}

function histogram(values: readonly number[]): Record<string, number> {
  const bins = new Map<number, number>();
  for (const value of values) {
    const bin = Math.floor(value / BIN_MS) * BIN_MS;
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  return Object.fromEntries([...bins].sort(([a], [b]) => a - b));
}

describe('the ghost bound: 1,000 clients and their gateway are killed at once', () => {
  const results: Record<string, unknown> = {};
  const ends: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
    writeReport('ghost-bound', FILE, results);
  });

  test.each(JOINTS)(
    'I2 over $name all of them have left within 20 s',
    async ({ name, start }) => {
      const joint: Joint = await start();
      ends.push(joint.stop);
      const env = { ADDRESS_UPGRADES_PER_SECOND: '100000' };
      const cluster: Cluster = await startCluster({ busUrl: joint.url, storeUrl: joint.url, env });
      ends.push(() => cluster.stop(true));
      await cluster.ready();
      const [doomed, other] = cluster.gateways;
      const observers = await joinRooms(other?.url ?? '', 1);
      await joinRooms(doomed?.url ?? '', GHOSTS);

      // Raw clients do not come back.
      const seen = observers.map((observer) => departures(observer, 'left', GHOSTS));
      await doomed?.kill();
      const times = (await Promise.all(seen)).flat();
      const { p50, p99, max } = percentiles(times);
      results[name] = {
        sessions: times.length,
        p50Ms: p50,
        p99Ms: p99,
        maxMs: max,
        histogram: histogram(times),
      };
      console.info(`${name}: ${JSON.stringify(results[name])}`);
      expect(times).toHaveLength(ROOMS * GHOSTS);
      // The resume window of 15 s begins at the last heartbeat that was heard of the gateway.
      expect(Math.min(...times)).toBeGreaterThan(12_000);
      expect(max).toBeLessThanOrEqual(BOUND_MS);
    },
    180_000,
  );
});
