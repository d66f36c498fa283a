import type { MetricDefinition } from '@parley/kit';

/** Every metric that the rooms service emits. */
export const ROOMS_METRICS: readonly MetricDefinition[] = Object.freeze([
  {
    name: 'parley_rooms_commands_total',
    type: 'counter',
    help: 'Commands answered, by kind and by result (ok or an error code).',
    labels: ['kind', 'result'],
  },
  {
    name: 'parley_rooms_commits_total',
    type: 'counter',
    help: 'Commits by result; unknown ones are looked up, and those that had happened count as happened too.',
    labels: ['result'],
  },
  {
    name: 'parley_rooms_commit_seconds',
    type: 'histogram',
    help: 'Time that the store took for one commit.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
  },
  {
    name: 'parley_rooms_loads_total',
    type: 'counter',
    help: 'Rooms loaded from the store: found, empty or failed.',
    labels: ['result'],
  },
  {
    name: 'parley_rooms_checks_total',
    type: 'counter',
    help: 'Version checks without a commit: ok, conflict or failed.',
    labels: ['result'],
  },
  {
    name: 'parley_rooms_forks_total',
    type: 'counter',
    help: 'Rooms found behind what owner or gateways hold, because the store lost writes.',
  },
  { name: 'parley_rooms_merges_total', type: 'counter', help: 'Gateway listings judged.' },
  {
    name: 'parley_rooms_gone_total',
    type: 'counter',
    help: 'Connections that a gateway was told to let go, because they are not the binding any more.',
  },
  { name: 'parley_rooms_expired_total', type: 'counter', help: 'Participants whose resume window passed.' },
  {
    name: 'parley_rooms_refused_total',
    type: 'counter',
    help: 'Requests refused without being applied, by reason.',
    labels: ['reason'],
  },
  {
    name: 'parley_rooms_undelivered_total',
    type: 'counter',
    help: 'Records that reached no gateway; the position is sent again.',
  },
  {
    name: 'parley_rooms_faults_total',
    type: 'counter',
    help: 'Faults of this service itself. Any increase is a bug.',
  },
  { name: 'parley_rooms_held', type: 'gauge', help: 'Rooms that this replica holds in memory.' },
  {
    name: 'parley_rooms_participants',
    type: 'gauge',
    help: 'Participants, online and away, of the rooms held.',
  },
  { name: 'parley_rooms_queued', type: 'gauge', help: 'Requests that wait for their room.' },
] satisfies MetricDefinition[]);
