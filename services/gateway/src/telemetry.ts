import type { MetricDefinition } from '@parley/kit';
import { CLOSE_CODES } from '@parley/protocol';
import { CALL_METRICS } from './call-metrics.js';
import { ROOM_METRICS } from './rooms/telemetry.js';

/** What the gateway counts of connections. Labels are closed sets, given in the help texts. */
const CONNECTION_METRICS = [
  {
    name: 'parley_gateway_connections',
    type: 'gauge',
    help: 'Open WebSockets, by dialect: native, plain.',
    labels: ['dialect'],
    values: [['native', 'plain']],
  },
  {
    name: 'parley_gateway_connections_limit',
    type: 'gauge',
    help: 'WebSockets at which fresh connections are refused (MAX_CONNECTIONS).',
  },
  {
    name: 'parley_gateway_connections_total',
    type: 'counter',
    help: 'WebSockets accepted, by dialect.',
    labels: ['dialect'],
    values: [['native', 'plain']],
  },
  {
    name: 'parley_gateway_upgrades_refused_total',
    type: 'counter',
    help: 'Upgrades refused, by cause: cap, load, rate, address, origin, draining; and how: told (in band), http.',
    labels: ['cause', 'how'],
    values: [
      ['cap', 'load', 'rate', 'address', 'origin', 'draining'],
      ['told', 'http'],
    ],
  },
  {
    name: 'parley_gateway_hellos_total',
    type: 'counter',
    help: 'Hellos judged, by result: ok or an error code.',
    labels: ['result'],
    values: [['ok', 'token_required', 'token_invalid', 'token_expired', 'unavailable']],
  },
  {
    name: 'parley_gateway_joins_total',
    type: 'counter',
    help: 'Joins answered, by result: joined, resumed or an error code.',
    labels: ['result'],
    values: [['joined', 'resumed', 'unavailable', 'internal', 'room_full']],
  },
  {
    name: 'parley_gateway_join_seconds',
    type: 'histogram',
    help: 'Joins that succeeded, from the frame to the reply (ICE servers awaited), by how: joined, resumed.',
    labels: ['how'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  {
    name: 'parley_gateway_resumes_total',
    type: 'counter',
    help: 'Joins that resumed or, by a client that says where it was, meant to; by outcome: recovered (missed batches sent), snapshot (whole room), lost (a new participant), refused.',
    labels: ['outcome'],
    values: [['recovered', 'snapshot', 'lost', 'refused']],
  },
  {
    name: 'parley_gateway_closes_total',
    type: 'counter',
    help: 'WebSockets closed, by code: ours, or 1000, 1001, 1005, 1006, other.',
    labels: ['code'],
  },
  {
    name: 'parley_gateway_goodbyes_total',
    type: 'counter',
    help: 'Goodbyes said to native clients, by reason as in ERRORS.md.',
    labels: ['reason'],
    values: [Object.keys(CLOSE_CODES)],
  },
  {
    name: 'parley_gateway_moves_total',
    type: 'counter',
    help: 'Connections told to move to another gateway before they are closed, by reason: draining, rebalancing.',
    labels: ['reason'],
    values: [['draining', 'rebalancing']],
  },
  {
    name: 'parley_gateway_frames_rejected_total',
    type: 'counter',
    help: 'Frames that were not acted upon, by error code.',
    labels: ['code'],
  },
  {
    name: 'parley_gateway_rate_limited_total',
    type: 'counter',
    help: 'What a limit stopped, by limit: messages, flood, malformed, held, requests (of one connection); upgrades, address, bad-tokens.',
    labels: ['limit'],
    values: [['messages', 'flood', 'malformed', 'held', 'requests', 'upgrades', 'address', 'bad-tokens']],
  },
  {
    name: 'parley_gateway_offences_total',
    type: 'counter',
    help: 'What was counted against an address: bad-token, false-resume.',
    labels: ['offence'],
    values: [['bad-token', 'false-resume']],
  },
  {
    name: 'parley_gateway_mints_total',
    type: 'counter',
    help: 'Requests for ICE servers, by result: ok, refused, failed.',
    labels: ['result'],
    values: [['ok', 'refused', 'failed']],
  },
  {
    name: 'parley_gateway_mint_seconds',
    type: 'histogram',
    help: 'Requests for ICE servers until they were answered or given up.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
  {
    name: 'parley_gateway_load_level',
    type: 'gauge',
    help: 'Whom load keeps out: 0 nobody, 1 newcomers (busy), 2 everybody (overloaded).',
  },
  {
    name: 'parley_gateway_load_lag_seconds',
    type: 'gauge',
    help: 'Mean lag of the event loop over the last seconds, by which load is judged (SHED_LAG_MS).',
  },
  {
    name: 'parley_gateway_load_memory_ratio',
    type: 'gauge',
    help: 'Share of its memory that the process uses, by which load is judged (SHED_MEMORY_PERCENT).',
  },
  {
    name: 'parley_gateway_faults_total',
    type: 'counter',
    help: 'Faults of our own code that were caught, by place: connection, socket, bus.',
    labels: ['place'],
    values: [['connection', 'socket', 'bus']],
  },
  {
    name: 'parley_gateway_plain_frames_total',
    type: 'counter',
    help: 'Frames of the plain dialect: taken, delivered, rejected.',
    labels: ['outcome'],
    values: [['taken', 'delivered', 'rejected']],
  },
] as const satisfies readonly MetricDefinition[];

/**
 * Of one gateway: accepted + received = delivered + forwarded + dropped + nacked - bounced. Of all together: forwarded =
 * received + bounced + what is, or was lost, on the bus. Hence accepted = delivered + nacked + dropped + in flight (O3).
 */
const SIGNAL_METRICS = [
  { name: 'parley_signals_accepted_total', type: 'counter', help: 'Signals that joined clients sent.' },
  {
    name: 'parley_signals_received_total',
    type: 'counter',
    help: 'Signals that came from another gateway.',
  },
  {
    name: 'parley_signals_delivered_total',
    type: 'counter',
    help: "Signals written to their recipient's socket, by path: local, remote (from another gateway).",
    labels: ['path'],
    values: [['local', 'remote']],
  },
  {
    name: 'parley_signals_forwarded_total',
    type: 'counter',
    help: 'Signals sent on to another gateway, where they are counted as delivered, nacked or dropped.',
  },
  {
    name: 'parley_signals_bounced_total',
    type: 'counter',
    help: 'Signals sent on that reached no gateway; counted as nacked or dropped too.',
  },
  {
    name: 'parley_signals_dropped_total',
    type: 'counter',
    help: 'Signals dropped: outdated, left, stranger (not the bound connection), forbidden, acknowledgement (never nacked).',
    labels: ['reason'],
    values: [['outdated', 'left', 'stranger', 'forbidden', 'acknowledgement']],
  },
  {
    name: 'parley_nacks_total',
    type: 'counter',
    help: 'Signals turned back, by reason: wait, away, gone, unreachable, rate, size, draining.',
    labels: ['reason'],
    values: [['wait', 'away', 'gone', 'unreachable', 'rate', 'size', 'draining']],
  },
  {
    name: 'parley_relay_seconds',
    type: 'histogram',
    help: "Time of a signal in this gateway, by path: local (frame in to the recipient's socket), forwarded (frame in to the bus), received (bus to the socket).",
    labels: ['path'],
    buckets: [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5],
  },
] as const satisfies readonly MetricDefinition[];

/** Every metric of the gateway. */
export const GATEWAY_METRICS: readonly MetricDefinition[] = Object.freeze([
  ...CONNECTION_METRICS,
  ...SIGNAL_METRICS,
  ...ROOM_METRICS,
  ...CALL_METRICS,
]);
