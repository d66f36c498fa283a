import { showValue } from './charts/show-value.mjs';
import { origin, table } from './markdown.mjs';

/** The scenes of the run with their alerts, then each dashboard: its chart, and what each panel showed. */
export function monitoringSection(report) {
  const { scenes, boards } = report.results;
  return [
    origin(report),
    table(
      ['scene', '', 'must fire', 'began to fire besides'],
      scenes.map(({ letter, what, must, begun }) => [
        `${letter}`,
        what,
        must.join(', ') || 'none',
        begun.filter((name) => !must.includes(name)).join(', ') || 'none',
      ]),
    ),
    'Charts of the same run: **drawn by Parley’s script from Prometheus query results, not Grafana.** The letters are those scenes. The ' +
      'tables tell each panel’s greatest series: before anybody came (end of A), under load (end of B), and between which values it was in ' +
      'the scenes after that.',
    ...overviewFirst(boards).flatMap(boardSection),
  ].join('\n\n');
}

function overviewFirst(boards) {
  return [...boards].sort((a, b) => Number(b.uid === 'parley-overview') - Number(a.uid === 'parley-overview'));
}

function boardSection({ uid, title, panels }) {
  const short = title.replace('Parley / ', '');
  const rows = panels.flatMap(({ title: panel, unit, series, others }) =>
    series.map(({ name, before, under, low, high }, index) => [
      index === 0 ? panel : '',
      name + (index === series.length - 1 && others > 0 ? ` (and ${others} more)` : ''),
      showValue(before, unit),
      showValue(under, unit),
      low === null ? 'no data' : `${showValue(low, unit)} to ${showValue(high, unit)}`,
    ]),
  );
  return [
    `### ${short}`,
    `![${short}: charts drawn by Parley's script from Prometheus query results, not Grafana](images/monitoring/${uid}.svg)`,
    table(['panel', 'series', 'before', 'under load', 'with faults'], rows),
  ];
}
