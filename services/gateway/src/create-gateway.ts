import type { Bus, Canary, Endpoint, HearingDirectory } from '@parley/bus';
import { createReadiness } from '@parley/kit';
import type {
  Clock,
  ProcessLoad,
  Random,
  Readiness,
  ReadinessWatch,
  Service,
  Telemetry,
  TokenVerifier,
  Tracer,
} from '@parley/kit';
import { createLoadWatch } from './admission/load.js';
import type { LoadWatch } from './admission/load.js';
import { assembleGateway } from './assemble-gateway.js';
import type { Assembly } from './assemble-gateway.js';
import type { GatewayConfig } from './config.js';
import { createDegradation } from './departure/degradation.js';
import type { Degradation } from './departure/degradation.js';
import { drainConnections } from './departure/drain.js';
import { answerRecordings } from './flight/answer-recordings.js';
import { probeRoutes } from './http/probe-routes.js';
import { timelineRoutes } from './http/timeline-route.js';
import { log } from './logs.js';
import { createRoomCopies } from './rooms/create-room-copies.js';
import type { RoomCopies } from './rooms/room-copies.js';
import type { HttpRoute, SocketServer, SocketServerOptions } from './socket/port.js';
import { upgradeRoutes } from './upgrade-routes.js';
import { watchGateway } from './watch-gateway.js';
import type { GatewayWatch } from './watch-gateway.js';

/** What a gateway works with; everything that touches the machine comes from outside. */
export interface GatewayDeps {
  readonly config: GatewayConfig;
  /** Only its status is listened to. */
  readonly bus: Pick<Bus, 'onStatus'>;
  /** The gateway takes over its records; who made it starts it after this call, and closes it. */
  readonly endpoint: Endpoint;
  /** Its `self` should tell `draining()` of this gateway. */
  readonly directory: HearingDirectory;
  /** Whether this process hears itself over the bus. */
  readonly canary: Pick<Canary, 'fresh'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly tokens: TokenVerifier;
  /** SHA-256 of a text in UTF-8, as base64url. */
  readonly hash: (text: string) => string;
  /** What the process does with its memory and its time; default: nobody knows. */
  readonly processLoad?: ProcessLoad;
  readonly sockets: (options: SocketServerOptions) => SocketServer;
  /** Further routes on the same port: pages, development tokens, ICE servers. */
  readonly routes?: readonly HttpRoute[];
}

/** One gateway. */
export interface Gateway extends Service {
  /** `g_…`, random at each start of a process. */
  readonly id: string;
  /** The port that it listens on, once started. */
  port(): number;
  readonly driver: SocketServer['driver'];
  /** Whether a join would succeed now; an outage of bus or owners makes it unready only after 30 s. */
  ready(): Readiness;
  /** For the heartbeat: whether this gateway is going away. */
  draining(): boolean;
  /** Open WebSockets. */
  connections(): number;
}

interface State {
  readonly deps: GatewayDeps;
  readonly copies: RoomCopies;
  readonly assembly: Assembly;
  readonly server: SocketServer;
  readonly readiness: ReadinessWatch;
  readonly degradation: Degradation;
  readonly loadWatch: LoadWatch;
  readonly watch: GatewayWatch;
  phase: 'new' | 'running' | 'draining' | 'stopped';
  port: number;
  forget: () => void;
}

const FAREWELL_MS = 1_000;

/** Creates a gateway on a node of the cluster that is started after it. Nothing is served before `start`. */
export function createGateway(deps: GatewayDeps): Gateway {
  const state = assemble(deps);
  return {
    id: deps.endpoint.id,
    port: () => state.port,
    driver: state.server.driver,
    ready: () => state.readiness.judge(),
    draining: () => isDraining(state),
    connections: () => state.assembly.parts.connections.size,
    start: () => start(state),
    drain: (windowMs) => drain(state, windowMs),
    stop: () => stop(state),
  };
}

function assemble(deps: GatewayDeps): State {
  const { endpoint, directory, canary, clock, config, telemetry } = deps;
  const connected = (): boolean => canary.fresh();
  const copies = createRoomCopies({ ...deps, connected });
  const loadWatch = watchLoad(deps);
  const watch = watchGateway({ clock, telemetry, copies, load: loadWatch });
  const assembly = assembleGateway({
    ...{ ...deps, copies, connected },
    draining: () => isDraining(state),
    loadWatch,
  });
  const server = deps.sockets({
    upgrades: upgradeRoutes(assembly.parts),
    routes: [...probeRoutes(() => state.readiness.judge()), ...timelineRoutes(deps), ...(deps.routes ?? [])],
    onFault: (where, error) => {
      telemetry.count('parley_gateway_faults_total', { place: 'socket' });
      const reason = error instanceof Error ? error.name : typeof error;
      log(telemetry, 'socket-fault', { where, reason });
    },
    onBuffered: watch.buffered,
    maxFrameBytes: config.limits.frameBytes,
  });
  const state: State = {
    ...{ deps, copies, assembly, server, loadWatch, watch, phase: 'new', port: 0, forget: () => undefined },
    readiness: watchReadiness(() => state, deps),
    degradation: createDegradation({
      ...{ ...deps, connections: assembly.parts.connections },
      heard: connected,
    }),
  };
  endpoint.onRecord((from, record) => {
    if (!directory.hear(from, record)) assembly.take(from, record);
  });
  endpoint.onRequest(async (_from, body) => answerRecordings(assembly.parts.recorder, body));
  endpoint.onUndelivered((_to, records) => assembly.undelivered(records));
  return state;
}

function watchLoad({ clock, config, processLoad }: GatewayDeps): LoadWatch {
  const { shedLagMs: busyLagMs, shedMemory: busyMemory } = config;
  return createLoadWatch({ ...{ clock, busyLagMs, busyMemory }, ...(processLoad && { processLoad }) });
}

function isDraining({ phase }: State): boolean {
  return phase === 'draining' || phase === 'stopped';
}

async function start(state: State): Promise<void> {
  if (state.phase !== 'new') return;
  state.phase = 'running';
  const { deps, copies, server } = state;
  state.forget = deps.bus.onStatus(({ kind }) => {
    if (kind === 'reset') copies.resync();
  });
  copies.start();
  state.degradation.start();
  state.loadWatch.start();
  state.assembly.parts.recorder.start();
  void state.watch.start();
  deps.telemetry.gauge('parley_gateway_connections_limit', deps.config.maxConnections);
  void state.readiness.start();
  state.port = await server.listen(deps.config.host, deps.config.port);
  const { telemetry, endpoint } = deps;
  log(telemetry, 'gateway-started', { gateway: endpoint.id, driver: server.driver, port: state.port });
}

/** Not ready before a join would succeed: this process hears itself, and somebody owns rooms. */
function watchReadiness(state: () => State, { clock, canary, directory }: GatewayDeps): ReadinessWatch {
  return createReadiness({
    clock,
    hard: () => [
      ...(state().phase === 'new' ? ['not-started'] : []),
      ...(isDraining(state()) ? ['draining'] : []),
    ],
    soft: () => [
      ...(canary.fresh() ? [] : ['bus-unheard']),
      ...(directory.owners().length > 0 ? [] : ['no-owner']),
    ],
  });
}

/** Not ready at once; upgrades are answered `draining` until the end, so that nobody meets a closed port (CLOSE-4). */
async function drain(state: State, windowMs: number): Promise<void> {
  if (state.phase !== 'running') return;
  state.phase = 'draining';
  state.degradation.stop();
  const { deps, assembly, server } = state;
  deps.directory.announce();
  const { clock, random, config } = deps;
  const { connections } = assembly.parts;
  const { drainSpreadMs: spreadMs, drainLingerMs: lingerMs } = config;
  await drainConnections({ clock, random, connections, spreadMs, lingerMs }, windowMs);
  server.stopListening();
}

async function stop(state: State): Promise<void> {
  if (state.phase === 'stopped') return;
  const wasRunning = state.phase !== 'new';
  state.phase = 'stopped';
  state.degradation.stop();
  const { copies, server } = state;
  server.stopListening();
  if (wasRunning) await farewell(state);
  await server.dispose();
  state.forget();
  void state.readiness.stop();
  state.loadWatch.stop();
  state.assembly.parts.recorder.stop();
  void state.watch.stop();
  copies.stop();
}

/** Whoever is still here is closed with a code of ours, and not cut (U10). */
async function farewell({ deps, assembly }: State): Promise<void> {
  const { connections } = assembly.parts;
  for (const connection of connections.all()) connection.close('draining');
  await new Promise<void>((resolve) => {
    const cancel = deps.clock.after(FAREWELL_MS, () => finish());
    const finish = (): void => {
      cancel();
      forget();
      resolve();
    };
    const forget = connections.whenEmpty(() => deps.clock.soon(finish));
  });
}
