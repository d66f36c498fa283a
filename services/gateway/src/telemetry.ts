import type { MetricDefinition } from '@parley/kit';
import { ROOM_METRICS } from './rooms/telemetry.js';

/** What the gateway counts of connections and signals. Labels are closed sets, given in the help texts. */
const CONNECTION_METRICS = [
  {
    name: 'parley_gateway_connections',
    type: 'gauge',
    help: 'Open WebSockets, by dialect: native, plain.',
    labels: ['dialect'],
  },
  {
    name: 'parley_gateway_connections_total',
    type: 'counter',
    help: 'WebSockets accepted, by dialect.',
    labels: ['dialect'],
  },
  {
    name: 'parley_gateway_upgrades_refused_total',
    type: 'counter',
    help: 'Upgrades refused, by cause: cap, load, rate, address, origin, draining; and how: told (in band), http.',
    labels: ['cause', 'how'],
  },
  {
    name: 'parley_gateway_hellos_total',
    type: 'counter',
    help: 'Hellos judged, by result: ok or an error code.',
    labels: ['result'],
  },
  {
    name: 'parley_gateway_joins_total',
    type: 'counter',
    help: 'Joins answered, by result: joined, resumed or an error code.',
    labels: ['result'],
  },
  {
    name: 'parley_gateway_closes_total',
    type: 'counter',
    help: 'WebSockets closed, by code: ours, or 1000, 1001, 1005, 1006, other.',
    labels: ['code'],
  },
  {
    name: 'parley_gateway_moves_total',
    type: 'counter',
    help: 'Connections told to move to another gateway before they are closed, by reason: draining, rebalancing.',
    labels: ['reason'],
  },
  {
    name: 'parley_gateway_frames_rejected_total',
    type: 'counter',
    help: 'Frames that were not acted upon, by error code.',
    labels: ['code'],
  },
  {
    name: 'parley_gateway_offences_total',
    type: 'counter',
    help: 'What was counted against an address: bad-token, false-resume.',
    labels: ['offence'],
  },
  {
    name: 'parley_gateway_mints_total',
    type: 'counter',
    help: 'Requests for ICE servers, by result: ok, refused, failed.',
    labels: ['result'],
  },
  {
    name: 'parley_gateway_faults_total',
    type: 'counter',
    help: 'Faults of our own code that were caught, by place: connection, socket, bus.',
    labels: ['place'],
  },
  {
    name: 'parley_gateway_plain_frames_total',
    type: 'counter',
    help: 'Frames of the plain dialect: taken, delivered, rejected.',
    labels: ['outcome'],
  },
] as const satisfies readonly MetricDefinition[];

/** What the flight recorder takes, looked at each half minute. */
const RECORDER_METRICS = [
  {
    name: 'parley_flight_recorder_events',
    type: 'gauge',
    help: 'Signaling events that are kept of participants that are or were connected here.',
  },
  {
    name: 'parley_flight_recorder_bytes',
    type: 'gauge',
    help: 'Memory that the kept signaling events take.',
  },
] as const satisfies readonly MetricDefinition[];

/** Accepted = delivered + nacked + dropped + on the bus, over all gateways together (O3). */
const SIGNAL_METRICS = [
  { name: 'parley_signals_accepted_total', type: 'counter', help: 'Signals that joined clients sent.' },
  {
    name: 'parley_signals_delivered_total',
    type: 'counter',
    help: "Signals written to their recipient's socket, by path: local, remote (from another gateway).",
    labels: ['path'],
  },
  {
    name: 'parley_signals_forwarded_total',
    type: 'counter',
    help: 'Signals sent on to another gateway, where they are counted as delivered, nacked or dropped.',
  },
  {
    name: 'parley_signals_dropped_total',
    type: 'counter',
    help: 'Signals dropped: outdated, left, stranger (not the bound connection), forbidden, acknowledgement (never nacked).',
    labels: ['reason'],
  },
  {
    name: 'parley_nacks_total',
    type: 'counter',
    help: 'Signals turned back, by reason: wait, away, gone, unreachable, rate, size, draining.',
    labels: ['reason'],
  },
] as const satisfies readonly MetricDefinition[];

/** Every metric of the gateway. */
export const GATEWAY_METRICS: readonly MetricDefinition[] = Object.freeze([
  ...CONNECTION_METRICS,
  ...SIGNAL_METRICS,
  ...RECORDER_METRICS,
  ...ROOM_METRICS,
]);
