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
  readonly child: (labels: Labels) => Child;
  readonly children: Map<string, Child>;
}

/** What takes the values for one set of label values. */
interface Child {
  readonly take: (value: number) => void;
  /** Hands on to prom-client what was taken: sums are kept here meanwhile, where a use costs a tenth. */
  readonly flush: () => void;
}

/** So many sets of label values a metric has at most: labels are closed sets, and this bounds a mistake. */
export const MAX_SERIES = 200;

const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const NO_LABELS: Labels = {};
/** prom-client's own gauges that are named like counters. */
const MISNAMED = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
];

/** Creates the metrics. Throws on definitions that break the naming rules; the same definition twice is one. */
export function createMetrics(definitions: readonly MetricDefinition[], nodeMetrics: boolean): Metrics {
  const distinct = [...new Map(definitions.map((each) => [JSON.stringify(each), each])).values()];
  const problems = checkMetricDefinitions(distinct);
  if (problems.length > 0) throw new Error(`metric definitions are wrong: ${problems.join('; ')}`);
  const registry = new Registry();
  if (nodeMetrics) collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const metrics = new Map(distinct.map((each) => [each.name, register(each, registry)]));
  return {
    use: (use) => applyUse(metrics, use),
    info: (name, help, labels) => {
      const names = Object.keys(labels);
      new Gauge({ name, help, labelNames: names, registers: [registry] }).set({ ...labels }, 1);
    },
    text: () => {
      for (const { children } of metrics.values()) for (const child of children.values()) child.flush();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

function register(definition: MetricDefinition, registry: Registry): Metric {
  const { labels = [], values } = definition;
  const metric: Metric = { definition, labels, children: new Map(), child: childrenOf(definition, registry) };
  const isHistogram = definition.type === 'histogram';
  const initial = values ?? (labels.length === 0 && !isHistogram ? [] : undefined);
  for (const given of initial === undefined ? [] : combinations(labels, initial)) {
    metric.children.set(
      Object.values(given)
        .map((value) => `${value}\u0000`)
        .join(''),
      metric.child(given),
    );
  }
  return metric;
}

function combinations(labels: readonly string[], values: readonly (readonly string[])[]): Labels[] {
  return labels.reduce<Labels[]>(
    (sets, label, at) =>
      sets.flatMap((set) => (values[at] ?? []).map((value) => ({ ...set, [label]: value }))),
    [NO_LABELS],
  );
}

function childrenOf(definition: MetricDefinition, registry: Registry): Metric['child'] {
  const { name, help, type, labels = [], buckets = DEFAULT_BUCKETS } = definition;
  const common = { name, help, labelNames: [...labels], registers: [registry] };
  switch (type) {
    case 'counter': {
      const counter = new Counter(common);
      return (of) => {
        let sum = 0;
        const flush = (): void => {
          counter.inc({ ...of }, sum);
          sum = 0;
        };
        return { take: (value) => void (sum += value), flush };
      };
    }
    case 'gauge': {
      const gauge = new Gauge(common);
      return (of) => {
        let latest = 0;
        return { take: (value) => void (latest = value), flush: () => gauge.set({ ...of }, latest) };
      };
    }
    case 'histogram': {
      const histogram = new Histogram({ ...common, buckets: [...buckets] });
      return (of) => {
        const given = { ...of };
        if (definition.values !== undefined) histogram.zero(given);
        return { take: (value) => histogram.observe(given, value), flush: () => undefined };
      };
    }
  }
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
  child.take(value);
  return undefined;
}
