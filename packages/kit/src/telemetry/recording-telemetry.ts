import type { Fields, Labels, LogLevel, Telemetry } from '../ports/telemetry.js';

/** One `log` call that was recorded. */
export interface RecordedEvent {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Fields;
}

/** Telemetry that tests and checkers can ask. */
export interface RecordingTelemetry extends Telemetry {
  /** Sum of a counter over all series that bear at least these labels; 0 if never counted. */
  counted(name: string, labels?: Labels): number;
  /** The value of the gauge that was set last, of a series that bears at least these labels. */
  gauged(name: string, labels?: Labels): number | undefined;
  /** Observed values in order, of series that bear at least these labels. */
  observed(name: string, labels?: Labels): readonly number[];
  /** The latest 10,000 log events, oldest first; only those of one name if it is given. */
  events(name?: string): readonly RecordedEvent[];
}

interface Use {
  readonly labels: Labels;
  value: number;
}

const MAX_KEPT = 10_000;

/** Creates telemetry that remembers: counters as sums, the latest 10,000 observations a metric, and events. */
export function recordingTelemetry(): RecordingTelemetry {
  const counters = new Map<string, Map<string, Use>>();
  const gauges = new Map<string, Use[]>();
  const observations = new Map<string, Use[]>();
  const events: RecordedEvent[] = [];
  return {
    count: (name, labels = {}, by = 1) => {
      const series = counters.get(name) ?? new Map<string, Use>();
      counters.set(name, series);
      const key = JSON.stringify(Object.entries(labels).sort());
      const use = series.get(key) ?? { labels, value: 0 };
      use.value += by;
      series.set(key, use);
    },
    gauge: (name, value, labels = {}) => keep(listOf(gauges, name), { labels, value }),
    observe: (name, value, labels = {}) => keep(listOf(observations, name), { labels, value }),
    log: (level, event, fields = {}) => keep(events, { level, event, fields }),
    counted: (name, labels = {}) =>
      matching([...(counters.get(name)?.values() ?? [])], labels).reduce((sum, { value }) => sum + value, 0),
    gauged: (name, labels = {}) => matching(gauges.get(name) ?? [], labels).at(-1)?.value,
    observed: (name, labels = {}) => matching(observations.get(name) ?? [], labels).map(({ value }) => value),
    events: (name) => events.filter(({ event }) => name === undefined || event === name),
  };
}

function listOf(lists: Map<string, Use[]>, name: string): Use[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MAX_KEPT) list.splice(0, list.length - MAX_KEPT);
}

function matching(uses: readonly Use[], wanted: Labels): readonly Use[] {
  return uses.filter(({ labels }) => Object.entries(wanted).every(([name, value]) => labels[name] === value));
}
