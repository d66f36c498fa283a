import {
  authFields,
  checkAuthConfig,
  createAuth,
  createSystemClock,
  defineConfig,
  describeConfig,
  loadConfig,
  port,
  processFields,
  text,
} from '@parley/kit';
import type { AuthConfig, Env, ProcessParts, Program } from '@parley/kit';
import { busFields, composeProcess } from '@parley/process';

import { checkTurnConfig, turnFields } from './config.js';
import type { TurnConfig } from './config.js';
import { createTurnCredentials } from './create-turn-credentials.js';
import { nodeHmacs } from './node-hmacs.js';
import { createHttpServer } from './server.js';
import type { HttpServer } from './server.js';
import { TURN_METRICS } from './telemetry.js';

/** The settings of this service as a process of its own. */
export const turnCredentialsConfig = defineConfig(
  {
    ...authFields,
    ...turnFields,
    ...processFields,
    ...busFields,
    host: {
      env: 'HOST',
      schema: text({ max: 255 }),
      default: '0.0.0.0',
      description: 'Address to listen on',
    },
    port: {
      env: 'PORT',
      schema: port(),
      default: '8082',
      description: 'Port of `/v1/ice-servers` and `/turn/credentials`; 0: the system chooses',
    },
  },
  (values: AuthConfig & TurnConfig) => [...checkAuthConfig(values), ...checkTurnConfig(values)],
);

/** `npm run start:turn-credentials`. */
export const turnCredentialsProgram: Program = {
  name: 'parley-turn-credentials',
  help: `Parley's TURN credentials: npm run start:turn-credentials\n\n${describeConfig(turnCredentialsConfig).help}`,
  create,
};

function create(env: Env): Promise<ProcessParts> {
  const config = loadConfig(turnCredentialsConfig, env);
  const clock = createSystemClock();
  let server: HttpServer | undefined;
  return composeProcess({
    ...{ role: 'turn-credentials', prefix: 't', config, metrics: TURN_METRICS, clock },
    create: async ({ member, telemetry, secret }) => {
      const { verifier, origins } = await createAuth(config, { clock, secret });
      const { endpoint, directory } = member;
      const turn = createTurnCredentials({
        ...{ endpoint, directory, clock, telemetry, config, verifier, origins },
        ...{ hmacs: nodeHmacs(), clusterSecret: secret },
      });
      server = createHttpServer({ host: config.host, port: config.port, routes: turn.routes, telemetry });
      return turn;
    },
    beside: () => (server === undefined ? [] : [server]),
    where: () => `http://${config.host}:${server?.port() ?? config.port}`,
  });
}
