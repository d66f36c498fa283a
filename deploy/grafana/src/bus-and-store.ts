import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { board } from './board.js';
import { graph } from './panels.js';
import { queries } from './promql.js';

const q = queries('process');

/** What a cluster stands on: the bus between processes, and the store of rooms. */
export function busAndStore(): Dashboard {
  return board({
    uid: 'parley-bus-and-store',
    title: 'Bus and store',
    description: 'Redis or NATS as the processes see it.',
    scope: 'process',
    sections: [
      { title: 'Do processes hear each other', panels: hearing() },
      { title: 'Bus', panels: bus() },
      { title: 'Store', panels: store() },
    ],
  });
}

const hearing = () => [
  graph({
    title: 'Degraded',
    description: '1: the process hears nothing from the bus or the store, and refuses what needs it.',
    unit: units.Short,
    max: 1,
    bad: 1,
    alert: 'ParleyDegraded',
    queries: [{ expr: q.of('parley_degraded'), legend: '{{instance}} {{reason}}' }],
  }),
  graph({
    title: 'Lateness of the bus',
    description: 'How late each process hears itself. From 5 s on it counts as unheard.',
    unit: units.Seconds,
    warn: 1,
    bad: 5,
    alert: 'ParleyBusLate',
    queries: [{ expr: q.of('parley_bus_lateness_seconds'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Processes that are heard',
    description:
      'The fewest and the most that any process hears of each kind. They are the same but for moments.',
    unit: units.Short,
    alert: 'ParleyClusterDisagrees',
    queries: [
      { expr: `min by (role) (${q.of('parley_cluster_members')})`, legend: '{{role}}, fewest' },
      { expr: `max by (role) (${q.of('parley_cluster_members')})`, legend: '{{role}}, most' },
    ],
  }),
];

const bus = () => [
  graph({
    title: 'Round trip over the bus',
    description: 'Of a message of each process to itself, once a second.',
    unit: units.Seconds,
    warn: 0.1,
    alert: 'ParleyBusLate',
    queries: [
      { expr: q.quantile(0.5, 'parley_bus_roundtrip_seconds'), legend: 'half' },
      { expr: q.quantile(0.99, 'parley_bus_roundtrip_seconds'), legend: '99 %' },
    ],
  }),
  graph({
    title: 'Publishes until the broker answered, 99 %',
    description: 'One carries what one turn of the event loop had for one process.',
    unit: units.Seconds,
    warn: 0.05,
    queries: [{ expr: q.quantile(0.99, 'parley_bus_publish_seconds', 'job'), legend: '{{job}}' }],
  }),
  graph({
    title: 'Messages',
    description: 'Over the bus, out of and into the chosen processes.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_bus_messages_total', 'direction'), legend: '{{direction}}' }],
  }),
  graph({
    title: 'Bytes',
    description: 'Of these messages, a second.',
    unit: units.BytesPerSecondIEC,
    queries: [{ expr: q.rate('parley_bus_bytes_total', 'direction'), legend: '{{direction}}' }],
  }),
  graph({
    title: 'Calls of the bus that failed',
    description: 'overflow: more waits to be sent than may.',
    unit: units.CountsPerSecond,
    alert: 'ParleyBusFails',
    queries: [
      { expr: q.rate('parley_bus_failures_total', 'operation, reason'), legend: '{{operation}}: {{reason}}' },
    ],
  }),
  graph({
    title: 'What became of links, in 15 minutes',
    description: 'reset and dropped: messages may be lost, and rooms are compared. threw is a bug of ours.',
    unit: units.Short,
    alert: 'ParleyBusLosesMessages',
    queries: [
      { expr: `sum by (kind) (increase(${q.of('parley_bus_status_total')}[15m]))`, legend: '{{kind}}' },
      {
        expr: `sum by (kind) (increase(${q.of('parley_bus_faults_total')}[15m]))`,
        legend: 'faults: {{kind}}',
      },
    ],
  }),
];

const store = () => [
  graph({
    title: 'Time of a call of the store, 99 %',
    description: 'Failed ones included. People wait for commits.',
    unit: units.Seconds,
    warn: 0.25,
    alert: 'ParleyStoreSlow',
    queries: [{ expr: q.quantile(0.99, 'parley_store_call_seconds', 'operation'), legend: '{{operation}}' }],
  }),
  graph({
    title: 'Calls of the store that failed',
    description: 'By operation. A commit that failed may have happened; it is looked up.',
    unit: units.CountsPerSecond,
    alert: 'ParleyStoreFails',
    queries: [{ expr: q.rate('parley_store_failures_total', 'operation'), legend: '{{operation}}' }],
  }),
  graph({
    title: 'Calls that wait for the store',
    description: 'They grow when the store does not keep up.',
    unit: units.Short,
    queries: [{ expr: q.of('parley_store_calls_pending'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Commits by result',
    description:
      'conflict: another replica wrote the same room; unknown: it was looked up whether it had happened.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_rooms_commits_total', 'result'), legend: '{{result}}' }],
  }),
  graph({
    title: 'Rooms loaded and checked',
    description: 'Loads fill a replica’s memory; checks ask whether what it has is still the newest.',
    unit: units.CountsPerSecond,
    queries: [
      { expr: q.rate('parley_rooms_loads_total', 'result'), legend: 'load: {{result}}' },
      { expr: q.rate('parley_rooms_checks_total', 'result'), legend: 'check: {{result}}' },
    ],
  }),
  graph({
    title: 'Rooms that the store had lost writes of, in 15 minutes',
    description: 'They are mended from what their people know. Any is a reason to look at the store.',
    unit: units.Short,
    warn: 1,
    alert: 'ParleyStoreLostWrites',
    queries: [{ expr: `sum(increase(${q.of('parley_rooms_forks_total')}[15m]))`, legend: 'rooms' }],
  }),
];
