import { createHash } from 'node:crypto';
import {
  createAuth,
  createSystemClock,
  defineConfig,
  describeConfig,
  loadConfig,
  processLoad,
  processFields,
} from '@parley/kit';
import type { Env, ProcessParts, Program } from '@parley/kit';
import { busFields, composeProcess } from '@parley/process';
import { createGateway } from './create-gateway.js';
import { checkGatewaySettings, gatewayFields, toGatewayConfig } from './gateway-fields.js';
import { devTokenRoute } from './http/dev-token-route.js';
import { socketField } from './socket-field.js';
import { createSocketServer } from './socket/choose-driver.js';
import { GATEWAY_METRICS } from './telemetry.js';

/** The settings of a gateway as a process of its own. A gateway that would quietly be slow is refused: no `auto` here. */
export const gatewayConfig = defineConfig(
  {
    ...gatewayFields,
    ...processFields,
    ...busFields,
    host: { ...gatewayFields.host, default: '0.0.0.0' },
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

function create(env: Env): Promise<ProcessParts> {
  const config = loadConfig(gatewayConfig, env);
  return composeProcess({
    ...{ role: 'gateway', prefix: 'g', config, metrics: GATEWAY_METRICS, clock: createSystemClock() },
    create: async ({ member, clock, random, telemetry, tracer, secret }) => {
      const auth = await createAuth(config, { clock, secret });
      const { bus, endpoint, directory, canary } = member;
      return createGateway({
        ...{ bus, endpoint, directory, canary, clock, random, telemetry, tracer },
        tokens: auth.verifier,
        hash: (given) => createHash('sha256').update(given).digest('base64url'),
        config: toGatewayConfig(config),
        processLoad,
        sockets: (options) => createSocketServer(options, { clock, prefer: config.socket }),
        routes: auth.devTokens === undefined ? [] : [devTokenRoute(auth.devTokens)],
      });
    },
    ready: (gateway) => gateway.ready(),
    where: (gateway) => `http://${config.host}:${gateway.port()} · sockets by ${gateway.driver}`,
  });
}
