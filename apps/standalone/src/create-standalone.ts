import { createMemoryBroker } from '@parley/bus';
import type { MemoryBroker, Role } from '@parley/bus';
import { createGateway, toGatewayConfig } from '@parley/gateway';
import type { Gateway, HttpRoute, SocketServer, SocketServerOptions } from '@parley/gateway';
import type { Auth, Clock, ConfigValues, ProcessLoad, Random, Service, Telemetry, Tracer } from '@parley/kit';
import { createMember, watchOutside } from '@parley/process';
import type { Member } from '@parley/process';
import { createId } from '@parley/protocol';
import { createMemoryStore, createRooms } from '@parley/rooms';
import type { Rooms } from '@parley/rooms';
import { createTurnCredentials } from '@parley/turn-credentials';
import type { Hmacs, TurnCredentials } from '@parley/turn-credentials';
import type { standaloneConfig } from './config.js';

/** What the standalone app is made of, beside its three services. */
export interface StandaloneDeps {
  readonly config: ConfigValues<(typeof standaloneConfig)['fields']>;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly auth: Auth;
  readonly hmacs: Hmacs;
  readonly hash: (text: string) => string;
  /** As the gateway's. */
  readonly processLoad?: ProcessLoad;
  readonly clusterSecret: string;
  readonly sockets: (options: SocketServerOptions) => SocketServer;
  /** Served beside what the services serve. */
  readonly routes: readonly HttpRoute[];
}

/** Everything in one process. */
export interface Standalone {
  /** In the order in which they start; drained and stopped the other way round. */
  readonly services: readonly Service[];
  readonly gateway: Gateway;
  readonly rooms: Rooms;
}

/** Composes the services of a cluster over a bus and a store in memory: the same code, minus the network. */
export function createStandalone(deps: StandaloneDeps): Standalone {
  const broker = createMemoryBroker(deps.clock);
  const rooms = createRoomsPart(deps, broker);
  const turn = createTurnPart(deps, broker);
  const gateway = createGatewayPart(deps, broker, turn.service.routes);
  return {
    services: [
      ...[watch(deps, gateway), rooms.node, rooms.service],
      ...[turn.node, turn.service, gateway.node, gateway.service],
    ],
    gateway: gateway.service,
    rooms: rooms.service,
  };
}

/** What the gateway sees of the cluster in this process. */
function watch({ clock, telemetry }: StandaloneDeps, { node, service }: GatewayPart): Service {
  return watchOutside({
    ...{ ...node, clock, telemetry },
    reasons: new Map([['bus-unheard', () => !node.canary.fresh()]]),
    ready: () => service.ready().ready,
    draining: () => service.draining(),
  });
}

function createRoomsPart(deps: StandaloneDeps, broker: MemoryBroker): { node: Member; service: Rooms } {
  const { clock, random, telemetry, tracer, config } = deps;
  const node = join(deps, broker, 'rooms', 'r');
  const { bus, endpoint, directory, healthy } = node;
  const service = createRooms({
    ...{ bus, endpoint, directory, healthy, clock, random, telemetry, tracer },
    store: createMemoryStore({ clock }),
    config: { resumeMs: config.resumeWindowS * 1_000, roomSize: config.roomSize },
  });
  node.carry(service);
  return { node, service };
}

function createTurnPart(
  deps: StandaloneDeps,
  broker: MemoryBroker,
): { node: Member; service: TurnCredentials } {
  const { clock, telemetry, hmacs, config, clusterSecret, auth } = deps;
  const node = join(deps, broker, 'turn-credentials', 't');
  const { endpoint, directory } = node;
  const { verifier, origins } = auth;
  const service = createTurnCredentials({
    ...{ endpoint, directory, clock, telemetry, hmacs, config, clusterSecret, verifier, origins },
  });
  node.carry(service);
  return { node, service };
}

interface GatewayPart {
  readonly node: Member;
  readonly service: Gateway;
}

function createGatewayPart(
  deps: StandaloneDeps,
  broker: MemoryBroker,
  turnRoutes: readonly HttpRoute[],
): GatewayPart {
  const { clock, random, telemetry, tracer, config, auth, hash, processLoad, sockets } = deps;
  const node = join(deps, broker, 'gateway', 'g');
  const { bus, endpoint, directory, canary } = node;
  const service = createGateway({
    ...{
      bus,
      endpoint,
      directory,
      canary,
      clock,
      random,
      telemetry,
      tracer,
      hash,
      sockets,
      ...(processLoad && { processLoad }),
    },
    tokens: auth.verifier,
    config: toGatewayConfig(config),
    routes: [...turnRoutes, ...deps.routes],
  });
  node.carry(service);
  return { node, service };
}

function join(deps: StandaloneDeps, broker: MemoryBroker, role: Role, prefix: string): Member {
  const { clock, random, telemetry } = deps;
  return createMember({
    ...{ bus: broker.connect(), clock, telemetry, role },
    id: createId(prefix, random.bytes),
  });
}
