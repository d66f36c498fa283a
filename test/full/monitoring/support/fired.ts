import type { Prometheus } from './start-prometheus.js';

/** One time that an alert fired. Times in seconds from the first moment that was asked for. */
export interface Fired {
  /** Name and severity. */
  readonly alert: string;
  readonly from: number;
  readonly to: number;
}

/** Every alert that fired, whatever its further labels, in the order in which they began. */
export async function firedAlerts(prometheus: Prometheus, from: number, to: number): Promise<Fired[]> {
  const expr = 'count by (alertname, severity) (ALERTS{alertstate="firing"})';
  const found = await prometheus.range(expr, from, to, 1);
  return found
    .flatMap(({ metric: { alertname, severity }, values }) =>
      runsOf(values.map(([time]) => Math.round(time - from))).map((run) => ({
        alert: `${alertname} ${severity}`,
        ...run,
      })),
    )
    .sort((a, b) => a.from - b.from);
}

/** Seconds that follow each other are one run; a gap of one or two is a late evaluation. */
function runsOf(seconds: readonly number[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const second of seconds) {
    const last = runs.at(-1);
    if (last !== undefined && second - last.to <= 3) last.to = second;
    else runs.push({ from: second, to: second });
  }
  return runs;
}
