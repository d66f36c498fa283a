import { createDirectory, createEndpoint, createMemoryBroker } from '@parley/bus';
import { recordingTelemetry } from '@parley/kit';
import type { RecordingTelemetry } from '@parley/kit';
import type { BusStatus } from '@parley/bus';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import type { VirtualClock } from '@parley/testkit';

import { createRooms } from '../../src/index.js';
import type { Rooms, RoomsConfig } from '../../src/index.js';
import { createFaultyStore } from './faulty-store.js';
import type { FaultyStore } from './faulty-store.js';
import { createFakeGateway } from './fake-gateway.js';
import type { FakeGateway } from './fake-gateway.js';

/** One rooms replica of a test. */
export interface Replica {
  readonly id: string;
  readonly rooms: Rooms;
  readonly telemetry: RecordingTelemetry;
  canOwn: boolean;
  /** Tells it that its link was down, and is back. */
  reset(): void;
  kill(): Promise<void>;
}

/** Replicas and fake gateways on one memory bus and one (spoiled) store, on virtual time. */
export interface Cluster {
  readonly clock: VirtualClock;
  readonly store: FaultyStore;
  readonly replicas: Replica[];
  readonly gateways: FakeGateway[];
  addReplica(id: string): Promise<Replica>;
  addGateway(id: string): Promise<FakeGateway>;
  /** Lets time pass until `promise` settles. */
  done<T>(promise: Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** What a test may choose. */
export interface ClusterOptions {
  readonly seed?: number;
  readonly replicas?: number;
  readonly gateways?: number;
  readonly config?: Partial<RoomsConfig>;
  /** Each replica believes that it owns all rooms. */
  readonly allOwn?: boolean;
}

export async function createCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { seed = 1, replicas = 1, gateways = 2, config = {}, allOwn = false } = options;
  const clock = createVirtualClock();
  const random = createSeededRandom(seed);
  const broker = createMemoryBroker(clock);
  const store = createFaultyStore(clock, random.fork('store'));
  const cluster: Cluster = {
    ...{ clock, store, replicas: [], gateways: [] },
    addReplica: async (id) => {
      const replica = await createReplica({ cluster, id, broker, random: random.fork(id), config, allOwn });
      cluster.replicas.push(replica);
      return replica;
    },
    addGateway: async (id) => {
      const gateway = createFakeGateway(clock, broker, id);
      await gateway.start();
      cluster.gateways.push(gateway);
      return gateway;
    },
    done: async (promise) => {
      let isOver = false;
      const over = promise.finally(() => (isOver = true));
      over.catch(() => undefined);
      for (let steps = 0; !isOver && steps < 2_000; steps += 1) await clock.advance(10);
      return over;
    },
    stop: async () => {
      for (const gateway of cluster.gateways) await gateway.kill();
      for (const replica of cluster.replicas) await cluster.done(replica.kill());
    },
  };
  for (let i = 1; i <= replicas; i += 1) await cluster.addReplica(`r_${i}`);
  for (let i = 1; i <= gateways; i += 1) await cluster.addGateway(`g_${i}`);
  await clock.advance(100);
  return cluster;
}

async function createReplica(parts: {
  cluster: Cluster;
  id: string;
  broker: ReturnType<typeof createMemoryBroker>;
  random: ReturnType<typeof createSeededRandom>;
  config: Partial<RoomsConfig>;
  allOwn: boolean;
}): Promise<Replica> {
  const { cluster, id, broker, random, config, allOwn } = parts;
  const { clock, store } = cluster;
  const bus = broker.connect();
  const endpoint = createEndpoint({ bus, timers: clock, id });
  const directory = createDirectory({
    ...{ endpoint, timers: clock, healthy: clock },
    self: () => ({ role: 'rooms', canOwn: replica.canOwn && !rooms.draining(), draining: rooms.draining() }),
  });
  const telemetry = recordingTelemetry();
  const view = allOwn ? { ...directory, owners: () => [id] } : directory;
  const listeners: ((status: BusStatus) => void)[] = [];
  const told = {
    onStatus: (listener: (status: BusStatus) => void) => (listeners.push(listener), () => undefined),
  };
  const deps = {
    bus: told,
    endpoint,
    directory: view,
    store,
    clock,
    healthy: clock,
    random,
    telemetry,
    config,
  };
  const rooms = createRooms(deps);
  const replica: Replica = {
    ...{ id, rooms, telemetry, canOwn: true },
    reset: () => listeners.forEach((listener) => listener({ kind: 'reset' })),
    kill: async () => {
      directory.stop();
      await endpoint.close();
      await rooms.stop();
    },
  };
  await rooms.start();
  await endpoint.start();
  directory.start();
  return replica;
}
