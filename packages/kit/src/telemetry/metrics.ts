import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Labels } from '../ports/telemetry.js';
import { checkMetricDefinitions } from './metric-definition.js';
import type { MetricDefinition } from './metric-definition.js';

/** Defined metrics on a registry of their own. */
export interface Metrics {
  /** Counts, sets or observes; returns what is wrong with the use (and then nothing happened), else undefined. */
  use(use: MetricUse): string | undefined;
  /** Adds a gauge that is always 1 and bears facts as labels. */
  info(name: string, help: string, labels: Labels): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** One use of a metric. */
export interface MetricUse {
  readonly type: MetricDefinition['type'];
  readonly name: string;
  readonly value: number;
  readonly labels?: Labels | undefined;
}

interface Metric {
  readonly definition: MetricDefinition;
  readonly labels: readonly string[];
  /** What takes a value for one set of label values. */
  readonly child: (labels: Labels) => (value: number) => void;
  readonly children: Map<string, (value: number) => void>;
}

/** So many sets of label values a metric has at most: labels are closed sets, and this bounds a mistake. */
export const MAX_SERIES = 200;

const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const NO_LABELS: Labels = {};

/** Creates the metrics. Throws on definitions that break the naming rules; the same definition twice is one. */
export function createMetrics(definitions: readonly MetricDefinition[], nodeMetrics: boolean): Metrics {
  const distinct = [...new Map(definitions.map((each) => [JSON.stringify(each), each])).values()];
  const problems = checkMetricDefinitions(distinct);
  if (problems.length > 0) throw new Error(`metric definitions are wrong: ${problems.join('; ')}`);
  const registry = new Registry();
  if (nodeMetrics) collectDefaultMetrics({ register: registry });
  const metrics = new Map(distinct.map((each) => [each.name, register(each, registry)]));
  return {
    use: (use) => applyUse(metrics, use),
    info: (name, help, labels) => {
      const names = Object.keys(labels);
      new Gauge({ name, help, labelNames: names, registers: [registry] }).set({ ...labels }, 1);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function register(definition: MetricDefinition, registry: Registry): Metric {
  const { name, help, type, labels = [], buckets = DEFAULT_BUCKETS } = definition;
  const common = { name, help, labelNames: [...labels], registers: [registry] };
  const children = new Map<string, (value: number) => void>();
  switch (type) {
    case 'counter': {
      const counter = new Counter(common);
      const child = (of: Labels) => (value: number) => counter.inc({ ...of }, value);
      return withZero({ definition, labels, children, child });
    }
    case 'gauge': {
      const gauge = new Gauge(common);
      const child = (of: Labels) => (value: number) => gauge.set({ ...of }, value);
      return withZero({ definition, labels, children, child });
    }
    case 'histogram': {
      const histogram = new Histogram({ ...common, buckets: [...buckets] });
      const child = (of: Labels) => (value: number) => histogram.observe({ ...of }, value);
      return { definition, labels, children, child };
    }
  }
}

/** prom-client shows counters and gauges without labels as 0 from the start; their one child can stand ready. */
function withZero(metric: Metric): Metric {
  if (metric.labels.length === 0) metric.children.set('', metric.child(NO_LABELS));
  return metric;
}

function applyUse(metrics: ReadonlyMap<string, Metric>, use: MetricUse): string | undefined {
  const { type, name, value, labels = NO_LABELS } = use;
  const metric = metrics.get(name);
  if (metric?.definition.type !== type) return `no ${type} named ${name}`;
  if (!Number.isFinite(value) || (type === 'counter' && value < 0))
    return `${name}: ${value} is no legal value`;
  let key = '';
  for (const label of metric.labels) {
    const given = labels[label];
    if (given === undefined) return `${name}: the label ${label} is missing`;
    key += `${given}\u0000`;
  }
  let child = metric.children.get(key);
  if (child === undefined) {
    const unknown = Object.keys(labels).find((label) => !metric.labels.includes(label));
    if (unknown !== undefined) return `${name}: unknown label ${unknown}`;
    if (metric.children.size >= MAX_SERIES) return `${name}: more than ${MAX_SERIES} series`;
    child = metric.child(labels);
    metric.children.set(key, child);
  }
  child(value);
  return undefined;
}
