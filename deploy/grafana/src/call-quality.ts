import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { board } from './board.js';
import { graph, stat } from './panels.js';
import { queries } from './promql.js';

const q = queries('installation');
const PAIRS = 'parley_call_connects_total';

/** What browsers tell of their calls: whether media connects, how soon, over which way, and how well it flows. */
export function callQuality(): Dashboard {
  return board({
    uid: 'parley-call-quality',
    title: 'Call quality',
    description:
      'What browsers tell of their calls. Clients may tell what they like: trust the trend, not the single figure.',
    scope: 'installation',
    sections: [
      { title: 'Do calls connect', panels: [...inNumbers(), ...connecting()] },
      { title: 'Over which way', panels: ways() },
      { title: 'How well media flows', panels: flowing() },
    ],
  });
}

const inNumbers = () => [
  stat({
    title: 'Pairs whose ICE failed',
    description: 'Of all pairs that connected or failed.',
    unit: units.PercentUnit,
    warn: 0.05,
    bad: 0.1,
    width: 6,
    alert: 'ParleyIceFails',
    queries: [
      {
        expr: `${q.rate('parley_call_ice_failures_total')} / (${q.rate('parley_call_ice_failures_total')} + ${q.rate(PAIRS)} > 0)`,
        legend: 'failed',
      },
    ],
  }),
  stat({
    title: 'Time to connected, 95 %',
    description: 'From the moment that a pair knew of each other.',
    unit: units.Seconds,
    warn: 4,
    bad: 8,
    width: 6,
    alert: 'ParleyCallsConnectSlowly',
    queries: [{ expr: q.quantile(0.95, 'parley_call_connect_seconds'), legend: '95 %' }],
  }),
  stat({
    title: 'Pairs that go through TURN',
    description: 'Those with a relay candidate in use on either side.',
    unit: units.PercentUnit,
    warn: 0.5,
    width: 6,
    alert: 'ParleyRelayShareHigh',
    queries: [{ expr: `1 - ${q.ratio(PAIRS, 'local!="relay",remote!="relay"')}`, legend: 'relayed' }],
  }),
  stat({
    title: 'Reports',
    description: 'Reports of clients a second; none means that nothing below can be trusted.',
    unit: units.CountsPerSecond,
    width: 6,
    queries: [{ expr: q.rate('parley_call_reports_total', '', 'result="taken"'), legend: 'taken' }],
  }),
];

const connecting = () => [
  graph({
    title: 'Pairs connected, failed, restarted',
    description: 'Restarts are clients that try again, for instance after a change of network.',
    unit: units.CountsPerSecond,
    alert: 'ParleyIceFails',
    queries: [
      { expr: q.rate(PAIRS), legend: 'connected' },
      { expr: q.rate('parley_call_ice_failures_total'), legend: 'failed' },
      { expr: q.rate('parley_call_ice_restarts_total'), legend: 'restarted' },
    ],
  }),
  graph({
    title: 'Time to connected',
    description: 'From the moment that a pair knew of each other until its media could flow.',
    unit: units.Seconds,
    warn: 4,
    bad: 8,
    alert: 'ParleyCallsConnectSlowly',
    queries: [0.5, 0.9, 0.99].map((share) => ({
      expr: q.quantile(share, 'parley_call_connect_seconds'),
      legend: `${share * 100} %`,
    })),
  }),
  graph({
    title: 'Reports by result',
    description:
      'limited: a client reports more often than it may; invalid: it is not what the protocol says.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_call_reports_total', 'result'), legend: '{{result}}' }],
  }),
];

const ways = () => [
  graph({
    title: 'Own candidates in use',
    description: 'host: the same network; srflx and prflx: through NAT; relay: through TURN.',
    unit: units.CountsPerSecond,
    stacked: true,
    width: 12,
    queries: [{ expr: q.rate(PAIRS, 'local'), legend: '{{local}}' }],
  }),
  graph({
    title: 'Share of pairs through TURN',
    description: 'A rise may be a network that blocks UDP, or STUN that is out of reach.',
    unit: units.PercentUnit,
    max: 1,
    warn: 0.5,
    width: 12,
    alert: 'ParleyRelayShareHigh',
    queries: [{ expr: `1 - ${q.ratio(PAIRS, 'local!="relay",remote!="relay"')}`, legend: 'relayed' }],
  }),
];

const flowing = () => [
  graph({
    title: 'Round trip between participants',
    description: 'Above 0.4 s people begin to interrupt each other.',
    unit: units.Seconds,
    warn: 0.4,
    width: 12,
    queries: [0.5, 0.9, 0.99].map((share) => ({
      expr: q.quantile(share, 'parley_call_rtt_seconds'),
      legend: `${share * 100} %`,
    })),
  }),
  graph({
    title: 'Packets lost',
    description: 'Above 5 % sound suffers, long before that the picture does.',
    unit: units.PercentUnit,
    warn: 0.05,
    width: 12,
    queries: [0.5, 0.9, 0.99].map((share) => ({
      expr: q.quantile(share, 'parley_call_loss_ratio'),
      legend: `${share * 100} %`,
    })),
  }),
];
