import type { ConfigFields, ConfigValues } from './define-config.js';
import { choice, decimal, port, seconds, text, url } from './schemas.js';

/** The settings that every process has, to be spread into its own. */
export const processFields = {
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
    description: 'Port of `/metrics`, `/healthz` and `/readyz`; 0: the system chooses',
  },
  adminToken: {
    env: 'ADMIN_TOKEN',
    schema: text({ min: 16, max: 512 }),
    optional: true,
    secret: true,
    description:
      'What opens the questions on the admin port that only operators may ask; unset: they are not there',
  },
  adminTokenFile: {
    env: 'ADMIN_TOKEN_FILE',
    schema: text({ max: 4_096 }),
    optional: true,
    description: 'A file that holds `ADMIN_TOKEN`, read at the start',
  },
  clusterSecret: {
    env: 'CLUSTER_SECRET',
    schema: text({ min: 32, max: 512 }),
    optional: true,
    secret: true,
    description: 'What the processes of one cluster share; default: a file in the user’s state folder',
  },
  drainWindowS: {
    env: 'DRAIN_WINDOW_S',
    schema: seconds({ min: 0, max: 3_600 }),
    default: '30',
    description: 'Seconds that a drain at SIGTERM takes at most',
  },
  logLevel: {
    env: 'LOG_LEVEL',
    schema: choice(['debug', 'info', 'warn', 'error']),
    default: 'info',
    description: 'The least severe log lines that are written',
  },
  otlpEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: url(['http:', 'https:']),
    optional: true,
    description: 'Base address of an OpenTelemetry collector (OTLP over HTTP); unset: nothing is traced',
  },
  traceRatio: {
    env: 'OTEL_TRACES_SAMPLER_ARG',
    schema: decimal({ min: 0, max: 1 }),
    default: '1',
    description: 'Share of the joins that are traced without a client asking for it',
  },
} as const satisfies ConfigFields;

/** The values of `processFields`. */
export type ProcessConfig = ConfigValues<typeof processFields>;
