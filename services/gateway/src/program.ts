import { createHash } from 'node:crypto';
import { createBus, createClusterNode } from '@parley/bus';
import {
  createAdminServer,
  createAuth,
  createHealthyClock,
  createLogger,
  createSystemClock,
  createSystemRandom,
  createTelemetry,
  defineConfig,
  describeConfig,
  loadClusterSecret,
  loadConfig,
  processFields,
  text,
} from '@parley/kit';
import type { Env, ProcessParts, Program } from '@parley/kit';
import { createId } from '@parley/protocol';
import { createGateway } from './create-gateway.js';
import type { Gateway } from './create-gateway.js';
import { checkGatewaySettings, gatewayFields, toGatewayConfig } from './gateway-fields.js';
import { devTokenRoute } from './http/dev-token-route.js';
import { socketField } from './socket-field.js';
import { createSocketServer } from './socket/choose-driver.js';
import { GATEWAY_METRICS } from './telemetry.js';
import { VERSION } from './version.js';

/** The settings of a gateway as a process of its own. A gateway that would quietly be slow is refused: no `auto` here. */
export const gatewayConfig = defineConfig(
  {
    ...gatewayFields,
    ...processFields,
    host: { ...gatewayFields.host, default: '0.0.0.0' },
    busUrl: {
      env: 'BUS_URL',
      schema: text({ max: 1_024 }),
      default: 'memory:',
      secret: true,
      description: 'The bus that joins the processes of the cluster; `memory:` reaches this process alone',
    },
    socket: {
      ...socketField,
      default: 'uws',
      description:
        'Socket driver: uWebSockets.js, or `ws` where its binary cannot be loaded and that is accepted',
    },
  },
  checkGatewaySettings,
);

/** `npm run start:gateway`. */
export const gatewayProgram: Program = {
  name: 'parley-gateway',
  help: `A Parley gateway: npm run start:gateway\n\n${describeConfig(gatewayConfig).help}`,
  create,
};

async function create(env: Env): Promise<ProcessParts> {
  const config = loadConfig(gatewayConfig, env);
  const [clock, random] = [createSystemClock(), createSystemRandom()];
  const id = createId('g', random.bytes);
  const telemetry = createTelemetry({
    definitions: GATEWAY_METRICS,
    logger: createLogger({ level: config.logLevel, service: 'gateway' }),
    ...{ service: 'gateway', version: VERSION, node: id },
  });
  const secret = loadClusterSecret({ value: config.clusterSecret });
  const auth = await createAuth(config, { clock, secret });
  const node = createClusterNode({
    bus: createBus(config.busUrl, clock),
    timers: clock,
    id,
    self: () => ({ role: 'gateway', canOwn: false, draining: gateway.draining() }),
    healthyTime: (healthy) => createHealthyClock({ clock, healthy }),
    onFault: ({ kind }) => telemetry.log('error', 'endpoint-fault', { kind }),
  });
  const { bus, endpoint, directory, canary } = node;
  const gateway: Gateway = createGateway({
    ...{ bus, endpoint, directory, canary, clock, random, telemetry },
    tokens: auth.verifier,
    hash: (given) => createHash('sha256').update(given).digest('base64url'),
    config: toGatewayConfig(config),
    sockets: (options) => createSocketServer(options, { clock, prefer: config.socket }),
    routes: auth.devTokens === undefined ? [] : [devTokenRoute(auth.devTokens)],
  });
  const admin = createAdminServer({
    ...{ host: config.adminHost, port: config.adminPort, clock },
    ready: () => gateway.ready(),
    metrics: () => telemetry.metrics(),
    contentType: telemetry.contentType,
  });
  const where = (): string => `http://${config.host}:${gateway.port()} · sockets by ${gateway.driver}`;
  return {
    services: [admin, node, gateway],
    ...{ telemetry, clock },
    drainMs: config.drainWindowS * 1_000,
    flush: () => telemetry.flush(),
    started: () => `Parley gateway listens on ${where()} · metrics on port ${admin.port()}`,
  };
}
