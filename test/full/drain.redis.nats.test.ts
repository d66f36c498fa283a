import { stablePort, startCluster } from '@parley/testkit';
import type { Cluster, ClusterProcess, ClusterRole } from '@parley/testkit';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCrowd } from '../ci/reliability/support/crowd.js';
import type { Crowd } from '../ci/reliability/support/crowd.js';
import { UNHARMED } from '../ci/reliability/support/scene.js';
import { JOINTS } from '../cluster/joints.js';
import type { Joint } from '../cluster/joints.js';
import { percentiles, writeReport } from './support/report.js';
import { rateOf, watchStalls } from './support/stalls.js';
import type { Rate } from './support/stalls.js';

const FILE = 'test/full/drain';
const [ROOMS, PER_ROOM] = [2_500, 4];
const CONNECTIONS = ROOMS * PER_ROOM;
/** Between two numbered signals from one to each other one in its room. */
const EVERY_MS = 60_000;
/** Twice the default: all clients run in this one process, beside the whole cluster, and are what limits their own return. */
const WINDOW_S = 60;
/** From SIGTERM to the end of the process: the window, and what the manifests allow beside it. */
const GRACE_MS = (WINDOW_S + 20) * 1_000;
const RESUMED_MS = 10_000;
const LONGEST_MS = 600_000;

/** How one gateway was emptied. Times from SIGTERM. */
interface Drained {
  readonly connections: number;
  readonly endedAfterMs: number;
  readonly windowMs: number;
  readonly exitCode: number | null;
  readonly closesPerSecond: Rate;
  readonly codes: Readonly<Record<string, number>>;
  /** From the goodbye to being joined by the next connection, while the one before is still open. */
  readonly resumeMs: ReturnType<typeof percentiles>;
}

describe('10,000 clients on two gateways that are drained one after the other', () => {
  const results: Record<string, unknown> = {};
  let joint: Joint | undefined;
  let cluster: Cluster | undefined;
  let crowd: Crowd | undefined;
  beforeEach(() => void ([joint, cluster, crowd] = [undefined, undefined, undefined]));
  afterEach(async () => {
    await crowd?.leave().catch(() => undefined);
    await cluster?.stop(true);
    await joint?.stop();
  });
  afterAll(() => writeReport('drain', FILE, results));

  test.each(JOINTS)(
    'K1 K2 over $name nobody sees anybody leave, nothing is lost, and all are back soon',
    async ({ name, start }) => {
      joint = await start();
      cluster = await startGateways(joint);
      const urls = cluster.gateways.map(({ url }) => url ?? '');
      crowd = await createCrowd({ urls, rooms: ROOMS, perRoom: PER_ROOM, everyMs: EVERY_MS });
      const drains: Drained[] = [];
      for (const gateway of cluster.gateways) {
        drains.push(await drain(gateway, crowd));
        await cluster.add('gateway', { PORT: new URL(gateway.url ?? '').port });
        await cluster.ready();
        await crowd.whole(60_000);
      }
      await crowd.delivered(CONNECTIONS);
      const { sent, delivered, ...harm } = await crowd.verdict();
      results[name] = { connections: CONNECTIONS, signals: sent, drains };
      console.info(`${name}: ${JSON.stringify({ ...harm, sent, delivered, drains })}`);
      expect(harm).toMatchObject(UNHARMED);
      for (const { exitCode, endedAfterMs, codes, closesPerSecond, resumeMs } of drains) {
        expect(exitCode).toBe(0);
        expect(endedAfterMs).toBeLessThan(GRACE_MS);
        // Clients that have joined elsewhere close by themselves; nobody is cut.
        expect(Object.keys(codes).filter((code) => !['1000', '4009', '4200'].includes(code))).toEqual([]);
        expect(closesPerSecond.unjudged).toBeLessThan(0.2);
        expect(closesPerSecond.most).toBeLessThanOrEqual(1.5 * closesPerSecond.mean);
        expect(resumeMs.p99).toBeLessThan(RESUMED_MS);
      }
    },
    LONGEST_MS,
  );
});

async function startGateways({ url }: Joint): Promise<Cluster> {
  const ports = [await stablePort(), await stablePort()];
  const cluster = await startCluster({
    ...{ busUrl: url, storeUrl: url },
    // What it says at `debug` is read by this process, which has 10,000 clients to run: the default level, as in production.
    env: {
      ...{ ADDRESS_UPGRADES_PER_SECOND: '100000', LOG_LEVEL: 'info' },
      DRAIN_WINDOW_S: String(WINDOW_S),
    },
    envOf: (role: ClusterRole, index) => (role === 'gateway' ? { PORT: String(ports[index] ?? 0) } : {}),
  });
  await cluster.ready();
  return cluster;
}

/** Ends a gateway by SIGTERM and says how its clients went. */
async function drain(gateway: ClusterProcess, { connections }: Crowd): Promise<Drained> {
  const there = connections.at(gateway.url ?? '');
  connections.mark();
  const stalls = watchStalls();
  const from = performance.now();
  const exitCode = await gateway.stop();
  const endedAfterMs = Math.round(performance.now() - from);
  const { closedAt, resumeMs } = connections.departures();
  return {
    ...{ connections: there, exitCode, endedAfterMs, windowMs: WINDOW_S * 1_000 },
    closesPerSecond: rateOf(closedAt, stalls.stop()),
    codes: { ...connections.closings() },
    resumeMs: percentiles(resumeMs.map(Math.round)),
  };
}
