import type { Directory, Endpoint } from '@parley/bus';
import type { Clock, Random, Telemetry, TokenVerifier, Tracer } from '@parley/kit';
import { decodeRecord } from '@parley/protocol/internal';
import { createAdmission } from './admission/admission.js';
import type { LoadWatch } from './admission/load.js';
import type { GatewayConfig } from './config.js';
import type { ConnectionRules } from './connection/connection.js';
import { createFlightRecorder } from './flight/create-flight-recorder.js';
import { createIceServerSource } from './ice/ice-servers.js';
import { withLifetimes } from './departure/lifetimes.js';
import { createLiveConnections } from './live-connections.js';
import type { LiveConnections } from './live-connections.js';
import type { GatewayParts } from './parts.js';
import { createRelay } from './relay/relay.js';
import type { RoomCopies } from './rooms/room-copies.js';

/** What a gateway's connections are assembled from. */
export interface AssemblyDeps {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly tracer?: Tracer | undefined;
  readonly tokens: TokenVerifier;
  readonly hash: (text: string) => string;
  readonly endpoint: Pick<Endpoint, 'id' | 'send' | 'request'>;
  readonly directory: Pick<Directory, 'live'>;
  readonly copies: RoomCopies;
  /** Whether the bus carries anything now. */
  readonly connected: () => boolean;
  readonly draining: () => boolean;
  /** Default: never more than normal. */
  readonly loadWatch?: Pick<LoadWatch, 'load' | 'standingLagMs'>;
}

/** The inner gateway: everything between sockets, which the upgrade routes bring, and the bus, which feeds `take`. */
export interface Assembly {
  readonly parts: GatewayParts;
  /** Takes one record of another process; what nobody knows is ignored (a later version may send it). */
  take(from: string, record: Uint8Array): void;
  undelivered(records: readonly Uint8Array[]): void;
}

const IDLE: Pick<LoadWatch, 'load' | 'standingLagMs'> = { load: () => 'normal', standingLagMs: () => 0 };
const FEATURES = ['link1'];
/** A flood is so many times the told rate, and is borne for some two seconds. */
const FLOOD_FACTOR = 5;
const MALFORMED_A_MINUTE = 20;

/** Assembles it; nothing runs and nothing is subscribed by this. */
export function assembleGateway(deps: AssemblyDeps): Assembly {
  const { loadWatch = IDLE } = deps;
  const { config, clock, random, telemetry, tokens, hash, endpoint, directory, copies, draining } = deps;
  const connections = liveConnections(deps);
  const recorder = createFlightRecorder({ clock, telemetry, events: config.flightRecorderEvents });
  const relay = createRelay({ ...deps, self: endpoint.id, recorder });
  const parts: GatewayParts = {
    self: endpoint.id,
    config,
    rules: rulesOf(endpoint.id, config),
    clock,
    random,
    telemetry,
    tracer: deps.tracer,
    tokens,
    hash,
    copies,
    relay,
    recorder,
    iceServers: createIceServerSource({
      ...{ endpoint, directory, clock, random, telemetry },
      told: recorder.ice,
    }),
    admission: createAdmission({
      ...{ config, clock, telemetry, draining, loadWatch },
      connections: () => connections.size,
    }),
    connections,
  };
  return {
    parts,
    take: (from, bytes) => {
      const decoded = decodeRecord(bytes);
      if (decoded !== undefined && !relay.take(from, decoded)) copies.takeDecoded(from, decoded.record);
    },
    undelivered: (records) => relay.undelivered(records),
  };
}

function liveConnections(deps: AssemblyDeps): LiveConnections {
  const { clock, random, telemetry, config, connected, draining } = deps;
  const connections = createLiveConnections(telemetry);
  const { connectionLifetimeMs: lifetimeMs, drainLingerMs: lingerMs } = config;
  if (lifetimeMs === 0) return connections;
  const mayMove = (): boolean => connected() && !draining();
  return withLifetimes(connections, { clock, random, lifetimeMs, lingerMs, mayMove });
}

function rulesOf(gateway: string, { limits }: GatewayConfig): ConnectionRules {
  const { signalsPerSecond, burst } = limits;
  return {
    gateway,
    features: FEATURES,
    limits,
    flood: { perSecond: FLOOD_FACTOR * signalsPerSecond, burst: burst + 2 * FLOOD_FACTOR * signalsPerSecond },
    malformed: { perSecond: MALFORMED_A_MINUTE / 60, burst: MALFORMED_A_MINUTE },
    maxHeldFrames: 16,
    maxHeldBytes: 128 * 1024,
    maxQueued: 8,
  };
}
