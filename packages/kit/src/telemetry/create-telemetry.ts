import type { Fields, Labels, LogLevel, Telemetry } from '../ports/telemetry.js';
import type { Logger } from './create-logger.js';
import { createMetrics } from './metrics.js';
import type { Metrics } from './metrics.js';
import type { MetricDefinition } from './metric-definition.js';
import { QUEUE_METRICS } from './queue-metrics.js';

/** Telemetry that is really written and scraped. */
export interface ProcessTelemetry extends Telemetry {
  /** All metrics in Prometheus' text format; `contentType` goes with it. */
  metrics(): Promise<string>;
  readonly contentType: string;
  /** As Logger.flush. */
  flush(): Promise<void>;
}

/** What telemetry works with. */
export interface TelemetryOptions {
  readonly definitions: readonly MetricDefinition[];
  readonly logger: Logger;
  readonly service: string;
  readonly version: string;
  /** This process's id, as `g_…`. */
  readonly node: string;
  /** True in tests: an unknown name or label throws. Otherwise it is counted in `parley_telemetry_rejected_total`. */
  readonly strict?: boolean;
  /** Node's own metrics (`process_…`, `nodejs_…`); default true. */
  readonly nodeMetrics?: boolean;
}

/** Metrics that every process has. */
export const COMMON_METRICS = [
  {
    name: 'parley_telemetry_rejected_total',
    type: 'counter',
    help: 'Uses of a metric that were not counted: unknown name, wrong labels, too many series.',
  },
  {
    name: 'parley_log_lines_total',
    type: 'counter',
    help: 'Log lines by level, dropped ones included.',
    labels: ['level'],
    values: [['debug', 'info', 'warn', 'error']],
  },
  {
    name: 'parley_log_dropped',
    type: 'gauge',
    help: 'Log lines dropped since the start because the sink did not take them.',
  },
  ...QUEUE_METRICS,
] as const satisfies readonly MetricDefinition[];

/**
 * Joins prom-client and the logger behind the Telemetry port. Throws if a definition breaks the naming rules or bears
 * the name of another one with different content. Each instance has a registry of its own.
 */
export function createTelemetry(options: TelemetryOptions): ProcessTelemetry {
  const { logger, strict = false } = options;
  const metrics = createMetrics([...COMMON_METRICS, ...options.definitions], options.nodeMetrics ?? true);
  const { service, version, node } = options;
  metrics.info('parley_build_info', 'Which build this is; always 1.', { service, version, node });
  const use = (used: Parameters<Metrics['use']>[0]): void => {
    const problem = metrics.use(used);
    if (problem === undefined) return;
    if (strict) throw new Error(problem);
    metrics.use({ type: 'counter', name: 'parley_telemetry_rejected_total', value: 1 });
  };
  return {
    count: (name: string, labels?: Labels, by = 1) => use({ type: 'counter', name, value: by, labels }),
    gauge: (name: string, value: number, labels?: Labels) => use({ type: 'gauge', name, value, labels }),
    observe: (name: string, value: number, labels?: Labels) =>
      use({ type: 'histogram', name, value, labels }),
    log: (level: LogLevel, event: string, fields?: Fields) => {
      use({ type: 'counter', name: 'parley_log_lines_total', value: 1, labels: { level } });
      logger.write(level, event, fields);
    },
    metrics: () => {
      use({ type: 'gauge', name: 'parley_log_dropped', value: logger.dropped() });
      return metrics.text();
    },
    contentType: metrics.contentType,
    flush: () => logger.flush(),
  };
}
