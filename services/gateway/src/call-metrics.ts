import type { MetricDefinition } from '@parley/kit';

/** Types of ICE candidates, and `unknown` for a client that does not tell. */
export const CANDIDATE_TYPES = ['host', 'srflx', 'prflx', 'relay', 'unknown'] as const;

/** What clients say of their calls (QUALITY-1 of the protocol): claims that nobody verifies. Each pair is told by both of its ends. */
export const CALL_METRICS = [
  {
    name: 'parley_call_connects_total',
    type: 'counter',
    help: 'Pairs of participants that connected, by the types of the candidates in use: host, srflx, prflx, relay, unknown.',
    labels: ['local', 'remote'],
    values: [CANDIDATE_TYPES, CANDIDATE_TYPES],
  },
  {
    name: 'parley_call_connect_seconds',
    type: 'histogram',
    help: 'From the moment that a pair knew of each other until it was connected.',
    buckets: [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30],
  },
  {
    name: 'parley_call_ice_failures_total',
    type: 'counter',
    help: 'Times that ICE of a pair failed.',
  },
  { name: 'parley_call_ice_restarts_total', type: 'counter', help: 'ICE restarts that clients began.' },
  {
    name: 'parley_call_rtt_seconds',
    type: 'histogram',
    help: 'Round trip times between participants, a sample for each connected pair and report.',
    buckets: [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6],
  },
  {
    name: 'parley_call_loss_ratio',
    type: 'histogram',
    help: 'Share of media packets lost since the report before, a sample for each connected pair and report.',
    buckets: [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25],
  },
  {
    name: 'parley_call_reports_total',
    type: 'counter',
    help: 'Reports of clients, by result: taken, limited (more often than allowed), invalid.',
    labels: ['result'],
    values: [['taken', 'limited', 'invalid']],
  },
] as const satisfies readonly MetricDefinition[];
