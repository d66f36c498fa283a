import type { MetricDefinition } from '@parley/kit';

/** Classes of rooms by size: the least number of participants of each, and its name. */
export const ROOM_SIZES = [
  [0, '0'],
  [1, '1'],
  [2, '2'],
  [3, '3-4'],
  [5, '5-8'],
  [9, '9-16'],
  [17, '17-32'],
  [33, '33-64'],
  [65, '65+'],
] as const;

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
    values: [['ok', 'conflict', 'unknown', 'happened']],
  },
  {
    name: 'parley_rooms_loads_total',
    type: 'counter',
    help: 'Rooms loaded from the store: found, empty or failed.',
    labels: ['result'],
    values: [['found', 'empty', 'failed']],
  },
  {
    name: 'parley_rooms_checks_total',
    type: 'counter',
    help: 'Version checks without a commit: ok, conflict or failed.',
    labels: ['result'],
    values: [['ok', 'conflict', 'failed']],
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
    name: 'parley_rooms_away_detection_seconds',
    type: 'histogram',
    help: 'From the last heartbeat of a gateway that is gone until each participant there was `away`.',
    buckets: [1, 2, 3, 4, 5, 6, 8, 10, 15, 20],
  },
  {
    name: 'parley_rooms_away_seconds',
    type: 'histogram',
    help: 'How long participants were away since their last sign of life, by end: returned, expired (told `left`), left (otherwise).',
    labels: ['end'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 16, 18, 20, 30, 60],
  },
  {
    name: 'parley_rooms_refused_total',
    type: 'counter',
    help: 'Requests refused without being applied, by reason: cannot_own, rooms, room_queue, queue, store, contended, fault.',
    labels: ['reason'],
    values: [['cannot_own', 'rooms', 'room_queue', 'queue', 'store', 'contended', 'fault']],
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
  {
    name: 'parley_rooms_by_size',
    type: 'gauge',
    help: 'Rooms held, by participants: 0, 1, 2, 3-4, 5-8, 9-16, 17-32, 33-64, 65+.',
    labels: ['size'],
    values: [ROOM_SIZES.map(([, label]) => label)],
  },
  { name: 'parley_rooms_queued', type: 'gauge', help: 'Requests that wait for their room.' },
  {
    name: 'parley_store_call_seconds',
    type: 'histogram',
    help: 'Calls of the store, by operation: load, commit, touch; failed ones included.',
    labels: ['operation'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
  },
  {
    name: 'parley_store_failures_total',
    type: 'counter',
    help: 'Calls of the store that failed, by operation. A commit that failed may have happened.',
    labels: ['operation'],
    values: [['load', 'commit', 'touch']],
  },
  {
    name: 'parley_store_calls_pending',
    type: 'gauge',
    help: 'Calls of the store that are not answered yet.',
  },
] satisfies MetricDefinition[]);
