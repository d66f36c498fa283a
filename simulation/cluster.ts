import { createClusterNode, createMemoryBroker } from '@parley/bus';
import type { Bus, ClusterNode, HeartbeatState, MemoryBroker } from '@parley/bus';
import { createGateway, DEFAULT_GATEWAY_CONFIG } from '@parley/gateway';
import type { Gateway } from '@parley/gateway';
import { ANONYMOUS, createHealthyClock, recordingTelemetry } from '@parley/kit';
import type { HealthyClock, RecordingTelemetry, TokenVerifier } from '@parley/kit';
import { createId } from '@parley/protocol';
import { createRooms, createStoreWatch } from '@parley/rooms';
import type { Rooms, Store } from '@parley/rooms';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import { createMemorySockets } from './memory-sockets.js';
import type { MemorySockets } from './memory-sockets.js';

/** One simulated process. */
export interface SimulatedProcess {
  readonly name: string;
  readonly node: ClusterNode<HealthyClock>;
  readonly telemetry: RecordingTelemetry;
  /** SIGKILL: it says nothing to anybody any more. */
  kill(): void;
  /** SIGTERM. */
  terminate(drainMs: number): Promise<void>;
}

/** A simulated gateway or rooms replica. */
export type SimulatedGateway = SimulatedProcess & { readonly gateway: Gateway };
/** A simulated rooms replica. */
export type SimulatedRooms = SimulatedProcess & { readonly rooms: Rooms };

/** A whole cluster in one process on one virtual clock, from the services' own `create…()`. */
export interface Cluster {
  readonly sockets: MemorySockets;
  readonly gateways: Map<string, SimulatedGateway>;
  readonly rooms: Map<string, SimulatedRooms>;
  startGateway(name: string): Promise<SimulatedGateway>;
  startRooms(name: string): Promise<SimulatedRooms>;
  /** Of all gateways that there ever were. */
  telemetries(): readonly RecordingTelemetry[];
  /** Over all gateways that there ever were: how often one was cut off, and connections moved at the end of their life. */
  departures(): { readonly degraded: number; readonly rebalanced: number };
}

/** What a cluster is made of. */
export interface ClusterDeps {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  /** The bus as one process sees it: faults are put between it and the broker. */
  readonly wire?: (bus: Bus, process: string) => Bus;
  readonly store: Store;
  /** See the gateway's configuration. */
  readonly connectionLifetimeMs?: number;
}

interface State extends ClusterDeps {
  readonly broker: MemoryBroker;
  readonly sockets: MemorySockets;
  /** Of all gateways. */
  readonly telemetries: RecordingTelemetry[];
}

/** A cluster without processes. */
export function createCluster(deps: ClusterDeps): Cluster {
  const { clock, random } = deps;
  const delays = random.fork('socket delays');
  const state: State = {
    ...deps,
    telemetries: [],
    broker: createMemoryBroker(clock),
    sockets: createMemorySockets(clock, () => 1 + delays.below(20)),
  };
  const gateways = new Map<string, SimulatedGateway>();
  const rooms = new Map<string, SimulatedRooms>();
  return {
    sockets: state.sockets,
    gateways,
    rooms,
    startGateway: (name) => startGateway(state, gateways, name),
    startRooms: (name) => startRooms(state, rooms, name),
    telemetries: () => state.telemetries,
    departures: () => ({
      degraded: sum(state.telemetries, ({ events }) => events('gateway-degraded').length),
      rebalanced: sum(state.telemetries, ({ counted }) => counted('parley_gateway_moves_total', REBALANCED)),
    }),
  };
}

const REBALANCED = { reason: 'rebalancing' };

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}

async function startRooms(
  state: State,
  all: Map<string, SimulatedRooms>,
  name: string,
): Promise<SimulatedRooms> {
  const { clock, random, store } = state;
  const telemetry = recordingTelemetry();
  const watch = createStoreWatch(store, clock);
  const node = createNode(state, name, {
    self: () => ({ role: 'rooms', canOwn: canOwn(), draining: rooms.draining() }),
    alsoHealthy: watch.fresh,
  });
  const canOwn = (): boolean => node.canary.fresh() && watch.fresh() && !rooms.draining();
  const { bus, endpoint, directory, healthy } = node;
  const rooms: Rooms = createRooms({
    ...{ bus, endpoint, directory, healthy, clock, store, telemetry },
    random: random.fork(`rooms ${name}`),
  });
  watch.start();
  await node.start();
  await rooms.start();
  const process: SimulatedRooms = {
    ...{ name, node, telemetry, rooms },
    kill() {
      all.delete(name);
      void node.bus.close();
      void rooms.stop().then(() => node.stop());
    },
    async terminate(drainMs) {
      await rooms.drain(drainMs);
      all.delete(name);
      await rooms.stop();
      await node.stop();
    },
  };
  all.set(name, process);
  return process;
}

async function startGateway(
  state: State,
  all: Map<string, SimulatedGateway>,
  name: string,
): Promise<SimulatedGateway> {
  const { clock, random, sockets } = state;
  const telemetry = recordingTelemetry();
  state.telemetries.push(telemetry);
  const node = createNode(state, name, {
    self: () => ({ role: 'gateway', canOwn: false, draining: gateway.draining() }),
  });
  const { bus, endpoint, directory, canary } = node;
  const gateway: Gateway = createGateway({
    ...{ bus, endpoint, directory, canary, clock, telemetry },
    random: random.fork(`gateway ${name}`),
    tokens: ANYBODY,
    hash: plainHash,
    config: { ...DEFAULT_GATEWAY_CONFIG, port: 1, connectionLifetimeMs: state.connectionLifetimeMs ?? 0 },
    sockets: sockets.serverFor(name),
  });
  await node.start();
  await gateway.start();
  const process: SimulatedGateway = {
    ...{ name, node, telemetry, gateway },
    kill() {
      all.delete(name);
      sockets.kill(name);
      void node.bus.close();
      void gateway.stop().then(() => node.stop());
    },
    async terminate(drainMs) {
      await gateway.drain(drainMs);
      all.delete(name);
      await gateway.stop();
      await node.stop();
    },
  };
  all.set(name, process);
  return process;
}

interface NodeParts {
  readonly self: () => HeartbeatState;
  readonly alsoHealthy?: () => boolean;
}

function createNode(state: State, name: string, parts: NodeParts): ClusterNode<HealthyClock> {
  const { clock, random, broker, wire } = state;
  const bus = broker.connect();
  return createClusterNode({
    bus: wire?.(bus, name) ?? bus,
    timers: clock,
    id: createId(name[0] ?? 'x', random.fork(`id ${name}`).bytes),
    healthyTime: (healthy) => createHealthyClock({ clock, healthy }),
    ...parts,
  });
}

/** Real tokens finish on threads; here everybody is anonymous. */
const ANYBODY: TokenVerifier = {
  verify: () => Promise.reject(new Error('no tokens in the simulation')),
  anonymous: ANONYMOUS,
};

/** Keys are random already: for the simulation it is enough that equal ones stay equal. */
function plainHash(text: string): string {
  return `hash-${text}`;
}
