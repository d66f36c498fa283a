import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { createSocketServer, devTokenRoute, GATEWAY_METRICS } from '@parley/gateway';
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
  loadAdminToken,
  loadClusterSecret,
  loadConfig,
  loadTracer,
  logLevelRoute,
  logReadiness,
  processLoad,
  runProcess,
  VERSION,
} from '@parley/kit';
import type { Auth, ProcessParts, Readiness } from '@parley/kit';
import { BUS_METRICS, OUTSIDE_METRICS } from '@parley/process';
import { createId } from '@parley/protocol';
import { ROOMS_METRICS, timelineRoute } from '@parley/rooms';
import { nodeHmacs, TURN_METRICS } from '@parley/turn-credentials';
import { standaloneConfig } from './config.js';
import { createStandalone } from './create-standalone.js';
import { lanAddresses } from './lan/lan-addresses.js';
import { loadLanCertificate } from './lan/lan-certificate.js';
import { lanLines } from './lan/lan-lines.js';
import { pageRoutes } from './page-routes.js';
import { startLine } from './start-line.js';

const LAN_HELP = `--lan  Serve other devices in this network: over HTTPS with a certificate of this machine's own,
       on all its addresses (HOST=0.0.0.0 unless set), with a QR code to join by.`;

await runProcess(
  {
    name: 'parley',
    help: `Parley in one process: npm start, or node apps/standalone/dist/main.js\n\n${LAN_HELP}\n\n${describeConfig(standaloneConfig).help}`,
    create: (env) => create(env, process.argv.includes('--lan')),
  },
  createProcessHost(),
);

async function create(env: NodeJS.ProcessEnv, lan: boolean): Promise<ProcessParts> {
  const config = loadConfig(standaloneConfig, lan ? { HOST: '0.0.0.0', ...env } : env);
  const clock = createSystemClock();
  const random = createSystemRandom();
  const node = createId('s', random.bytes);
  const logger = createLogger({ level: config.logLevel, service: 'standalone', node });
  const telemetry = createTelemetry({
    definitions: [...OUTSIDE_METRICS, ...BUS_METRICS, ...GATEWAY_METRICS, ...ROOMS_METRICS, ...TURN_METRICS],
    ...{ logger, node },
    service: 'standalone',
    version: VERSION,
  });
  const { otlpEndpoint: endpoint, traceRatio: ratio } = config;
  const tracer = await loadTracer({ endpoint, ratio, service: 'standalone', version: VERSION, node });
  const clusterSecret = loadClusterSecret({ value: config.clusterSecret });
  const auth = await createAuth(config, { clock, secret: clusterSecret });
  const addresses = lanAddresses(networkInterfaces());
  const tls = lan ? await loadLanCertificate({ addresses, now: Date.now() }) : undefined;
  let server: ChosenSocketServer | undefined;
  const sockets = (options: SocketServerOptions): ChosenSocketServer =>
    (server = tls
      ? createSocketServer({ ...options, tls }, { clock, prefer: 'ws' })
      : createSocketServer(options, { clock, prefer: config.socket }));
  const { services, gateway, rooms } = createStandalone({
    ...{ config, clock, random, telemetry, tracer, auth, clusterSecret, sockets },
    hmacs: nodeHmacs(),
    processLoad,
    hash: (text) => createHash('sha256').update(text).digest('base64url'),
    routes: [...pageRoutes(), ...devRoutes(auth)],
  });
  const ready = (): Readiness => gateway.ready();
  const admin = createAdminServer({
    ...{ host: config.adminHost, port: config.adminPort, clock, ready },
    ...{
      token: loadAdminToken(config),
      routes: [...logLevelRoute({ logger, clock, telemetry }), timelineRoute(rooms)],
    },
    metrics: () => telemetry.metrics(),
    contentType: telemetry.contentType,
  });
  return {
    services: [admin, logReadiness({ clock, telemetry, ready }), ...services],
    telemetry,
    clock,
    drainMs: config.drainWindowS * 1_000,
    flush: async () => void (await Promise.all([tracer?.flush(), telemetry.flush()])),
    started() {
      const [port, adminPort] = [gateway.port(), admin.port()];
      const line = startLine({ config, port, adminPort, server, lan: lan ? addresses[0] : undefined });
      return lan ? `${line}\n\n${lanLines({ addresses, port, colours: process.stdout.isTTY })}` : line;
    },
  };
}

function devRoutes({ devTokens }: Auth): readonly HttpRoute[] {
  return devTokens === undefined ? [] : [devTokenRoute(devTokens)];
}
