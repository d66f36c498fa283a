import { composeSection, imagesSection, kubernetesSection } from './deploy.mjs';
import { origin, table } from './markdown.mjs';
import { monitoringSection } from './monitoring.mjs';

/** The page in docs/, and what stands there, of each report, by its name. */
export const reportSections = {
  'ghost-bound': {
    page: 'RELIABILITY.md',
    show: (report) =>
      [
        origin(report),
        table(
          ['bus and store', 'sessions', 'p50', 'p99', 'max'],
          rowsOf(report, ({ sessions, p50Ms, p99Ms, maxMs }) => [sessions, s(p50Ms), s(p99Ms), s(maxMs)]),
        ),
        ...Object.entries(report.results).map(([name, { histogram }]) => bars(name, histogram)),
      ].join('\n\n'),
  },
  drain: {
    page: 'RELIABILITY.md',
    show: (report) => [origin(report), drainTable(report)].join('\n\n'),
  },
  kubernetes: { page: 'RELIABILITY.md', show: kubernetesSection },
  images: { page: 'OPERATIONS.md', show: imagesSection },
  compose: { page: 'OPERATIONS.md', show: composeSection },
  monitoring: { page: 'MONITORING.md', show: monitoringSection },
  overload: {
    page: 'BENCHMARKS.md',
    show: (report) => [origin(report), overloadTable(report)].join('\n\n'),
  },
  relay: { page: 'BENCHMARKS.md', show: relaySection },
  telemetry: { page: 'BENCHMARKS.md', show: relaySection },
};

function relaySection(report) {
  const rows = report.summary.map(({ what, cpuUs, ratio, helpersCpuUs }) => [
    what,
    `${range(cpuUs, 1)} µs`,
    `${range(ratio, 2)} ×`,
    helpersCpuUs.median > 0 ? `${helpersCpuUs.median.toFixed(1)} µs` : '',
  ]);
  return [
    origin(report),
    table(['what', 'CPU a message', 'beside the echo', 'broker, CPU a message'], rows),
    `The generator by itself: up to ${report.limit} messages a second against the echo. Signals of ${report.meanBytes} bytes in the mean.`,
  ].join('\n\n');
}

/** What others noticed, as ratios, and what it cost. */
function overloadTable({ summary }) {
  const { refusalCpuUs, answerMs, besideRefusalsP99, slowReadersClosed } = summary;
  const { besideReadersP99, besideSlowReadersP99, slowToReadingP99, joinsPerSecond, goodputAtTwice } = summary;
  return table(
    ['what', 'median (least to greatest)'],
    [
      ['CPU of a refused connection', `${range(refusalCpuUs, 0)} µs`],
      ['its answer, p99', `${range(answerMs, 1)} ms`],
      ['p99 of signals beside 500 refusals a second, to without', `${range(besideRefusalsP99, 2)} ×`],
      ['of 10 clients that do not read, closed', range(slowReadersClosed, 0)],
      ['p99 of signals beside what they are sent, to without', `${range(besideSlowReadersP99, 2)} ×`],
      ['p99 of signals beside 10 clients that are sent as much and read it, to without', `${range(besideReadersP99, 2)} ×`],
      ['p99 of signals beside those that do not read, to beside those that do', `${range(slowToReadingP99, 2)} ×`],
      ['newcomers joined a second, at most', range(joinsPerSecond, 0)],
      ['of those, when twice as many come', range(goodputAtTwice, 2)],
    ],
  );
}

/** A row for each gateway that was drained. */
function drainTable({ results }) {
  const rows = Object.entries(results).flatMap(([name, { drains }]) =>
    drains.map(({ connections, windowMs, endedAfterMs, closesPerSecond: { mean, most, unjudged }, resumeMs }) => [
      ...[name, connections, s(windowMs), s(endedAfterMs), mean, most, `${(100 * unjudged).toFixed(1)} %`],
      ...[resumeMs.p50, resumeMs.p99, resumeMs.max].map(s),
    ]),
  );
  const closes = ['closes a second, mean', 'most', 'not judged'];
  return table(
    ['bus and store', 'connections', 'window', 'ended after', ...closes, 'resumed, p50', 'p99', 'max'],
    rows,
  );
}

/** The median, and the least and greatest of all rounds. */
function range({ median, min, max }, digits) {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}


function rowsOf({ results }, cells) {
  return Object.entries(results).map(([name, result]) => [name, ...cells(result)]);
}


function s(ms) {
  return `${(ms / 1_000).toFixed(1)} s`;
}

const WIDEST = 50;

function bars(name, histogram) {
  const most = Math.max(...Object.values(histogram));
  const lines = Object.entries(histogram).map(
    ([ms, count]) =>
      `${s(Number(ms)).padStart(7)} ${String(count).padStart(5)} ${'#'.repeat(Math.ceil((count / most) * WIDEST))}`,
  );
  return ['```text', name, ...lines, '```'].join('\n');
}
