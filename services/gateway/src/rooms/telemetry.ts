import type { MetricDefinition } from '@parley/kit';

/** Every metric of the gateway's copies of rooms. Labels are closed sets, given in the help texts. */
export const ROOM_METRICS = [
  { name: 'parley_gateway_room_copies', type: 'gauge', help: 'Rooms that this gateway holds a copy of.' },
  {
    name: 'parley_gateway_replay_rings_bytes',
    type: 'gauge',
    help: 'Encoded client batches kept for clients that resume.',
  },
  {
    name: 'parley_gateway_batches_total',
    type: 'counter',
    help: 'Batches of owners, by outcome: applied, ignored (known already), gap (earlier ones are missing), invalid.',
    labels: ['outcome'],
  },
  {
    name: 'parley_gateway_room_fetches_total',
    type: 'counter',
    help: 'Whole rooms asked of owners, by result: taken, stale (not above the copy), failed, abandoned (no more tries).',
    labels: ['result'],
  },
  {
    name: 'parley_gateway_digests_total',
    type: 'counter',
    help: 'Complete digest cycles to one owner, by cause: cycle, reset (of the bus), placement.',
    labels: ['cause'],
  },
  {
    name: 'parley_gateway_listings_total',
    type: 'counter',
    help: 'Listings sent, by cause: want, position, dispute (an own member is not in the copy as it should be).',
    labels: ['cause'],
  },
  {
    name: 'parley_gateway_owner_request_seconds',
    type: 'histogram',
    help: 'Requests to owners until the first answer, by request (the command, or fetch) and result: done, refused, failed.',
    labels: ['request', 'result'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 3],
  },
  {
    name: 'parley_gateway_owner_hedges_total',
    type: 'counter',
    help: 'Requests that went to a further replica, by cause: deadline, unreachable, refused.',
    labels: ['cause'],
  },
  {
    name: 'parley_gateway_joins_undone_total',
    type: 'counter',
    help: 'Joins that took effect when nobody waited any more, by remedy: leave, disconnected, none (somebody waits again).',
    labels: ['remedy'],
  },
  {
    name: 'parley_gateway_session_faults_total',
    type: 'counter',
    help: 'Sessions that threw while they were told of an event.',
  },
] as const satisfies readonly MetricDefinition[];

/** The name of one of them. */
export type RoomMetric = (typeof ROOM_METRICS)[number]['name'];
