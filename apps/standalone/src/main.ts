import { createHash } from 'node:crypto';
import { createSocketServer, devTokenRoute, GATEWAY_METRICS, VERSION } from '@parley/gateway';
import type { ChosenSocketServer, HttpRoute, SocketServerOptions } from '@parley/gateway';
import {
  createAdminServer,
  createAuth,
  createLogger,
  createProcessHost,
  createSystemClock,
  createSystemRandom,
  createTelemetry,
  describeConfig,
  loadClusterSecret,
  loadConfig,
  runProcess,
} from '@parley/kit';
import type { Auth, ProcessParts } from '@parley/kit';
import { createId } from '@parley/protocol';
import { ROOMS_METRICS } from '@parley/rooms';
import { nodeHmacs, TURN_METRICS } from '@parley/turn-credentials';
import { standaloneConfig } from './config.js';
import { createStandalone } from './create-standalone.js';
import { pageRoutes } from './page-routes.js';
import { startLine } from './start-line.js';

await runProcess(
  {
    name: 'parley',
    help: `Parley in one process: npm start, or node apps/standalone/dist/main.js\n\n${describeConfig(standaloneConfig).help}`,
    create,
  },
  createProcessHost(),
);

async function create(env: NodeJS.ProcessEnv): Promise<ProcessParts> {
  const config = loadConfig(standaloneConfig, env);
  const clock = createSystemClock();
  const random = createSystemRandom();
  const telemetry = createTelemetry({
    definitions: [...GATEWAY_METRICS, ...ROOMS_METRICS, ...TURN_METRICS],
    logger: createLogger({ level: config.logLevel, service: 'standalone' }),
    service: 'standalone',
    version: VERSION,
    node: createId('s', random.bytes),
  });
  const clusterSecret = loadClusterSecret({ value: config.clusterSecret });
  const auth = await createAuth(config, { clock, secret: clusterSecret });
  let server: ChosenSocketServer | undefined;
  const sockets = (options: SocketServerOptions): ChosenSocketServer =>
    (server = createSocketServer(options, { clock, prefer: config.socket }));
  const { services, gateway } = createStandalone({
    ...{ config, clock, random, telemetry, auth, clusterSecret, sockets },
    hmacs: nodeHmacs(),
    hash: (text) => createHash('sha256').update(text).digest('base64url'),
    routes: [...pageRoutes(), ...devRoutes(auth)],
  });
  const admin = createAdminServer({
    host: config.adminHost,
    port: config.adminPort,
    clock,
    ready: () => gateway.ready(),
    metrics: () => telemetry.metrics(),
    contentType: telemetry.contentType,
  });
  return {
    services: [admin, ...services],
    telemetry,
    clock,
    drainMs: config.drainWindowS * 1_000,
    flush: () => telemetry.flush(),
    started: () => startLine({ config, port: gateway.port(), adminPort: admin.port(), server }),
  };
}

function devRoutes({ devTokens }: Auth): readonly HttpRoute[] {
  return devTokens === undefined ? [] : [devTokenRoute(devTokens)];
}
