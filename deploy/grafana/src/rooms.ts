import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { board } from './board.js';
import { graph } from './panels.js';
import { queries } from './promql.js';

const q = queries('process');

/** What owners of rooms do, how soon people who are gone are seen to go, and how true gateways' copies are. */
export function rooms(): Dashboard {
  return board({
    uid: 'parley-rooms',
    title: 'Rooms',
    description: 'Rooms and their owners, presence, and the copies that gateways hold.',
    scope: 'process',
    services: 'rooms|gateway|standalone',
    sections: [
      { title: 'Rooms', panels: held() },
      { title: 'Requests to owners', panels: requests() },
      { title: 'Presence', panels: presence() },
      { title: 'Copies on gateways', panels: copies() },
    ],
  });
}

const held = () => [
  graph({
    title: 'Rooms held',
    description:
      'Rooms in the memory of each replica. They spread evenly; a replica that ends gives its rooms to the others.',
    unit: units.Short,
    queries: [{ expr: q.of('parley_rooms_held'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Participants',
    description: 'Online and away, of the rooms that each replica holds.',
    unit: units.Short,
    queries: [{ expr: q.of('parley_rooms_participants'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Rooms by size',
    description: 'How many rooms have so many participants.',
    unit: units.Short,
    stacked: true,
    queries: [{ expr: q.sum('parley_rooms_by_size', 'size'), legend: '{{size}}' }],
  }),
];

const requests = () => [
  graph({
    title: 'Commands',
    description: 'Commands that owners answered, by kind.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_rooms_commands_total', 'kind'), legend: '{{kind}}' }],
  }),
  graph({
    title: 'Refused without being applied',
    description: 'cannot_own, rooms, room_queue and queue are load; store and contended are the store’s.',
    unit: units.CountsPerSecond,
    alert: 'ParleyRoomsRefuse',
    queries: [{ expr: q.rate('parley_rooms_refused_total', 'reason'), legend: '{{reason}}' }],
  }),
  graph({
    title: 'Requests that wait for their room',
    description: 'One room does one thing at a time. A queue that stays is a store that is slow.',
    unit: units.Short,
    alert: 'ParleyRoomsRefuse',
    queries: [{ expr: q.of('parley_rooms_queued'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Time of a request to an owner, 99 %',
    description: 'From a gateway until the first answer. After 1.5 s a further replica is asked.',
    unit: units.Seconds,
    warn: 0.25,
    bad: 0.5,
    queries: [
      { expr: q.quantile(0.99, 'parley_gateway_owner_request_seconds', 'request'), legend: '{{request}}' },
    ],
  }),
  graph({
    title: 'Requests that went to a further replica',
    description: 'Because the first did not answer in time, was not there, or refused.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_gateway_owner_hedges_total', 'cause'), legend: '{{cause}}' }],
  }),
  graph({
    title: 'Joins that nobody waited for any more',
    description: 'They took effect late and were undone.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_gateway_joins_undone_total', 'remedy'), legend: '{{remedy}}' }],
  }),
];

const presence = () => [
  graph({
    title: 'Time until a lost gateway is noticed',
    description:
      'From its last heartbeat until its people are away. Counted only when a gateway dies; some seconds are normal.',
    unit: units.Seconds,
    warn: 10,
    queries: [
      { expr: q.quantile(0.5, 'parley_rooms_away_detection_seconds'), legend: 'half' },
      { expr: q.quantile(0.99, 'parley_rooms_away_detection_seconds'), legend: '99 %' },
    ],
  }),
  graph({
    title: 'How people stop to be away',
    description: 'returned: resumed in time; expired: others saw them leave; left: they did so themselves.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_rooms_away_seconds_count', 'end'), legend: '{{end}}' }],
  }),
  graph({
    title: 'How long ghosts are shown, 99 %',
    description:
      'From the last sign of life of somebody who does not come back until others see it leave. At most 20 s.',
    unit: units.Seconds,
    bad: 20,
    alert: 'ParleyGhostsLinger',
    queries: [
      { expr: q.quantile(0.99, 'parley_rooms_away_seconds', '', 'end="expired"'), legend: 'expired' },
    ],
  }),
];

const copies = () => [
  graph({
    title: 'Rooms copied',
    description: 'Rooms of which each gateway holds a copy: those of its people.',
    unit: units.Short,
    queries: [{ expr: q.of('parley_gateway_room_copies'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Batches from owners',
    description: 'gap: earlier ones are missing, so the room is fetched. invalid: a fault.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_gateway_batches_total', 'outcome'), legend: '{{outcome}}' }],
  }),
  graph({
    title: 'Whole rooms fetched',
    description: 'abandoned: the gateway gave up, and its people see an old roster.',
    unit: units.CountsPerSecond,
    alert: 'ParleyRoomCopiesStale',
    queries: [{ expr: q.rate('parley_gateway_room_fetches_total', 'result'), legend: '{{result}}' }],
  }),
  graph({
    title: 'Disagreements that were settled',
    description:
      'Listings judged, connections that had to go, rooms that the store had lost, records that reached no gateway.',
    unit: units.CountsPerSecond,
    width: 12,
    alert: 'ParleyRecordsUndelivered',
    queries: [
      { expr: q.rate('parley_rooms_merges_total'), legend: 'listings judged' },
      { expr: q.rate('parley_rooms_gone_total'), legend: 'connections let go' },
      { expr: q.rate('parley_rooms_forks_total'), legend: 'rooms behind' },
      { expr: q.rate('parley_rooms_undelivered_total'), legend: 'undelivered' },
    ],
  }),
  graph({
    title: 'Why gateways compare',
    description:
      'Digests by cause: cycle is routine, reset follows a broken bus, placement a change of replicas. Listings: dispute is a disagreement.',
    unit: units.CountsPerSecond,
    width: 12,
    queries: [
      { expr: q.rate('parley_gateway_digests_total', 'cause'), legend: 'digest: {{cause}}' },
      { expr: q.rate('parley_gateway_listings_total', 'cause'), legend: 'listing: {{cause}}' },
    ],
  }),
];
