import { putBehindProxy, stablePort, startCluster, startRedis } from '@parley/testkit';
import type { ClusterProcess, ClusterRole, ProxiedServer } from '@parley/testkit';
import { createCrowd } from '../../../ci/reliability/support/crowd.js';
import type { Crowd } from '../../../ci/reliability/support/crowd.js';
import { startNewcomers } from './newcomers.js';
import type { Newcomers } from './newcomers.js';
import { spedUpRules } from './sped-up.js';
import { startPrometheus } from './start-prometheus.js';
import type { Prometheus } from './start-prometheus.js';

/** A process keeps its ports when it is started again, so that it stays the same target. */
interface Place {
  readonly role: ClusterRole;
  readonly name: string;
  readonly adminPort: number;
  readonly env: Readonly<Record<string, string>>;
}

/** A cluster over Redis, with a Prometheus that watches it. */
export interface World {
  readonly redis: ProxiedServer;
  readonly prometheus: Prometheus;
  /** `http://…` of the gateways. */
  readonly urls: readonly string[];
  /** The process that is in that place now: `gateway-1`, `rooms-2` and so on. */
  at(name: string): ClusterProcess;
  /** Starts the process of that place again. */
  restart(name: string): Promise<void>;
  /** People come: a crowd in rooms of four that signals all the time, and newcomers. */
  load(): Promise<{ readonly crowd: Crowd; readonly newcomers: Newcomers }>;
  stop(): Promise<void>;
}

const ROLES: readonly ClusterRole[] = ['gateway', 'gateway', 'rooms', 'rooms', 'turn-credentials'];
const [ROOMS, PER_ROOM] = [15, 4];

/** Starts everything; `speed` divides the durations of the rules, `env` is for every process. */
export async function createWorld(speed: number, env: Readonly<Record<string, string>>): Promise<World> {
  const places = await findPlaces();
  const redis = await putBehindProxy(await startRedis());
  const running = new Map<string, ClusterProcess>();
  const cluster = await startCluster({
    ...{ busUrl: redis.url, storeUrl: redis.url, gateways: 0, rooms: 0, turnCredentials: 0 },
    env: { ADDRESS_UPGRADES_PER_SECOND: '100000', ...TURN, ...env },
  });
  const start = async ({ role, name, env: its }: Place): Promise<void> =>
    void running.set(name, await cluster.add(role, its));
  await Promise.all(places.map(start));
  await cluster.ready();
  const prometheus = await startPrometheus({
    targets: places.map(({ role, name, adminPort }) => ({
      address: `127.0.0.1:${adminPort}`,
      labels: { job: `parley-${role}`, namespace: 'parley', instance: name },
    })),
    rules: spedUpRules(speed),
  });
  const urls = places.flatMap(({ env: { PORT } }) =>
    PORT === undefined ? [] : [`http://127.0.0.1:${PORT}`],
  );
  const ends: (() => Promise<void>)[] = [];
  return {
    ...{ redis, prometheus, urls },
    at: (name) => known(running.get(name), name),
    restart: (name) =>
      start(
        known(
          places.find((place) => place.name === name),
          name,
        ),
      ),
    async load() {
      const crowd = await createCrowd({ urls, rooms: ROOMS, perRoom: PER_ROOM, everyMs: 1_000 });
      const newcomers = startNewcomers(urls);
      ends.push(newcomers.stop, crowd.leave);
      return { crowd, newcomers };
    },
    async stop() {
      for (const end of ends) await end();
      await prometheus.stop();
      await cluster.stop(true);
      await redis.stop();
    },
  };
}

/** Nothing is sent there: only credentials for it are made. */
const TURN = {
  TURN_URLS: 'turn:127.0.0.1:3478',
  TURN_SECRETS: 'a-secret-of-thirty-two-bytes-or-more',
};

async function findPlaces(): Promise<Place[]> {
  const places: Place[] = [];
  for (const role of ROLES) {
    const adminPort = await stablePort();
    const number = places.filter((place) => place.role === role).length + 1;
    const port = role === 'gateway' ? { PORT: String(await stablePort()) } : {};
    places.push({
      role,
      name: `${role}-${number}`,
      adminPort,
      env: { ADMIN_PORT: String(adminPort), ...port },
    });
  }
  return places;
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`no ${name}`);
  return value;
}
