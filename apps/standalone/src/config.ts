import { checkGatewaySettings, gatewayFields } from '@parley/gateway';
import type { GatewaySettings } from '@parley/gateway';
import { choice, defineConfig, port, seconds, text } from '@parley/kit';
import { checkTurnConfig, turnFields } from '@parley/turn-credentials';
import type { TurnConfig } from '@parley/turn-credentials';

/** The settings of everything in one process. Development is its purpose, so that it starts in open mode, on loopback. */
export const standaloneConfig = defineConfig(
  {
    ...gatewayFields,
    ...turnFields,
    authMode: { ...gatewayFields.authMode, default: 'open' },
    adminHost: {
      env: 'ADMIN_HOST',
      schema: text({ max: 255 }),
      default: '127.0.0.1',
      description: 'Address of metrics and probes',
    },
    adminPort: {
      env: 'ADMIN_PORT',
      schema: port(),
      default: '9464',
      description: 'Port of `/metrics`, `/healthz` and `/readyz`',
    },
    clusterSecret: {
      env: 'CLUSTER_SECRET',
      schema: text({ min: 32, max: 512 }),
      optional: true,
      secret: true,
      description:
        'Signs dev tokens and hides identities; default: a file of its own in the user’s state folder',
    },
    drainWindowS: {
      env: 'DRAIN_WINDOW_S',
      schema: seconds({ min: 0, max: 3_600 }),
      default: '5',
      description: 'Seconds over which clients are asked to go elsewhere at SIGTERM',
    },
    logLevel: {
      env: 'LOG_LEVEL',
      schema: choice(['debug', 'info', 'warn', 'error']),
      default: 'warn',
      description: 'The least severe log lines that are written',
    },
    socket: {
      env: 'SOCKET',
      schema: choice(['auto', 'uws', 'ws']),
      default: 'auto',
      description: 'Socket driver: uWebSockets.js, `ws`, or whichever this machine can load',
    },
  },
  (values: GatewaySettings & TurnConfig) => [...checkGatewaySettings(values), ...checkTurnConfig(values)],
);
