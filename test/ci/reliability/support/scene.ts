import { stablePort, startCluster } from '@parley/testkit';
import type { Cluster, ClusterRole } from '@parley/testkit';
import { expect } from 'vitest';
import type { Joint } from '../../../cluster/joints.js';
import { createCrowd } from './crowd.js';
import type { Crowd } from './crowd.js';
import type { Verdict } from './ledger.js';

/** A cluster with people in it. */
export interface Scene {
  readonly cluster: Cluster;
  readonly crowd: Crowd;
  /** Judges all that happened: nothing lost, twice or out of order, and nobody was ever seen to leave. */
  expectUnharmed(what: string): Promise<Verdict>;
  end(): Promise<void>;
}

const GATEWAYS = 3;
const [ROOMS, PER_ROOM] = [50, 4];
/** Nothing lost, nothing twice, nothing out of order, and nobody was ever seen to leave. */
export const UNHARMED = {
  ...{ lost: 0, twice: 0, outOfOrder: 0, left: 0, rejoined: 0, reset: 0, ended: 0, faults: 0 },
} satisfies Partial<Verdict>;

/** What is different from scene to scene. */
export interface SceneOptions {
  /** Where a gateway has its bus; default: as all processes. */
  readonly busUrlOf?: (gateway: number) => string;
  /** Further settings of every process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** 200 clients in rooms of four on three gateways; resolves when signals flow. */
export async function createScene(
  { url }: Pick<Joint, 'url'>,
  { busUrlOf = () => url, env = {} }: SceneOptions = {},
): Promise<Scene> {
  const ports = await Promise.all(Array.from({ length: GATEWAYS }, stablePort));
  const envOf = (role: ClusterRole, index: number): Readonly<Record<string, string>> =>
    role === 'gateway' ? { PORT: String(ports[index] ?? 0), BUS_URL: busUrlOf(index) } : {};
  const cluster = await startCluster({
    ...{ busUrl: url, storeUrl: url, gateways: GATEWAYS, envOf },
    env: { ADDRESS_UPGRADES_PER_SECOND: '100000', DRAIN_WINDOW_S: '5', ...env },
  });
  try {
    await cluster.ready();
    const urls = cluster.gateways.map((gateway) => gateway.url ?? '');
    const crowd = await createCrowd({ urls, rooms: ROOMS, perRoom: PER_ROOM, everyMs: 500 });
    await crowd.delivered(2_000);
    return {
      ...{ cluster, crowd },
      expectUnharmed: (what) => expectUnharmed(crowd, what),
      end: async () => {
        await crowd.leave();
        await cluster.stop(true);
      },
    };
  } catch (error) {
    await cluster.stop(true);
    throw error;
  }
}

async function expectUnharmed(crowd: Crowd, what: string): Promise<Verdict> {
  const verdict = await crowd.verdict();
  const [closings, moved] = [crowd.connections.closings(), crowd.connections.moved()];
  console.info(`${what}: ${JSON.stringify({ ...verdict, moved, closings })}`);
  expect(verdict).toMatchObject(UNHARMED);
  expect(verdict.delivered).toBeGreaterThan(5_000);
  return verdict;
}
