import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.js';
import { graph, stat } from './panels.js';
import { queries } from './promql.js';
import { SLOS } from './slos.js';

const q = queries('installation');
/** What SLO rules record bears no label of a process. */
const recorded = (name: string, slo: string): string => q.of(`parley_slo:${name}`, `slo="${slo}"`);

/** Do calls work? Objectives, error budgets, and the few graphs that say where to look next. */
export function overview(): Dashboard {
  return board({
    uid: 'parley-overview',
    title: 'Overview',
    description: 'Do calls work? What is promised, how much of it is left, and where to look next.',
    scope: 'installation',
    sections: [
      { title: 'Now', panels: [...now(), ...signs()] },
      { title: 'Error budgets: what is left of 30 days', panels: budgets() },
      { title: 'Burn rates: 1 spends a budget in exactly 30 days', panels: burns() },
      { title: 'Use', panels: use() },
    ],
  });
}

const now = () => [
  stat({
    title: 'Joins that succeed',
    description: 'Joined or resumed, of all joins that did so or failed for reasons of ours.',
    unit: units.PercentUnit,
    decimals: 2,
    isFloor: true,
    warn: 0.999,
    bad: 0.99,
    alert: 'ParleyJoinsFail',
    queries: [
      {
        expr: q.ratio(
          'parley_gateway_joins_total',
          'result=~"joined|resumed"',
          'result=~"joined|resumed|unavailable|internal"',
        ),
        legend: 'joins',
      },
    ],
  }),
  stat({
    title: 'Signals turned back',
    description: 'Signals whose recipient could not be reached, a second. They are sent again.',
    unit: units.CountsPerSecond,
    warn: 0.1,
    bad: 1,
    alert: 'ParleySignalsFail',
    queries: [{ expr: q.rate('parley_nacks_total', '', 'reason="unreachable"'), legend: 'unreachable' }],
  }),
  stat({
    title: 'Connections',
    description: 'Open WebSockets on all gateways.',
    unit: units.Short,
    queries: [{ expr: q.sum('parley_gateway_connections'), legend: 'connections' }],
  }),
  stat({
    title: 'Participants',
    description: 'Online and away, in the rooms that are held.',
    unit: units.Short,
    queries: [{ expr: q.sum('parley_rooms_participants'), legend: 'participants' }],
  }),
];

const signs = () => [
  stat({
    title: 'Processes not ready',
    description: 'Processes whose /readyz says no, also those that are going away.',
    unit: units.Short,
    warn: 1,
    alert: 'ParleyDegraded',
    queries: [{ expr: `count(${q.of('parley_ready')} == 0) or vector(0)`, legend: 'not ready' }],
  }),
  stat({
    title: 'Alerts that fire',
    description: 'Of severity page and ticket. The list is in Prometheus or Alertmanager.',
    unit: units.Short,
    warn: 1,
    queries: ['page', 'ticket'].map((severity) => ({
      expr: `count(${q.of('ALERTS', `alertname=~"Parley.*",alertstate="firing",severity="${severity}"`)}) or vector(0)`,
      legend: severity,
    })),
  }),
];

const budgets = () =>
  SLOS.map(({ slo, title, meaning, alert }, index) =>
    stat({
      title,
      description: `${meaning} Shown is the share of the 30 days' budget that is left; below 0 the promise is broken.`,
      unit: units.PercentUnit,
      decimals: 1,
      isFloor: true,
      warn: 0.5,
      bad: 0,
      alert,
      width: index < 4 ? 5 : 4,
      queries: [{ expr: recorded('budget_left:ratio30d', slo), legend: 'left' }],
    }),
  );

const burns = () =>
  SLOS.map(({ slo, title, meaning, alert }, index) =>
    graph({
      title: `${title}: burn rate`,
      description: `${meaning} Above 14.4 over an hour, or 6 over six hours, somebody is paged.`,
      unit: units.Short,
      warn: 1,
      bad: 14.4,
      alert,
      width: index < 3 ? 8 : 12,
      queries: ['5m', '1h', '6h', '3d'].map((window) => ({
        expr: recorded(`burn:rate${window}`, slo),
        legend: window,
      })),
    }),
  );

const use = () => [
  graph({
    title: 'Joins by result',
    description: 'What joins were answered. room_full, forbidden and the like are the application’s affair.',
    unit: units.CountsPerSecond,
    alert: 'ParleyJoinsFail',
    queries: [{ expr: q.rate('parley_gateway_joins_total', 'result'), legend: '{{result}}' }],
  }),
  graph({
    title: 'Time of a join',
    description: 'From the frame to the reply, ICE servers awaited. Above a second people notice.',
    unit: units.Seconds,
    warn: 1,
    queries: [
      { expr: q.quantile(0.5, 'parley_gateway_join_seconds'), legend: 'half' },
      { expr: q.quantile(0.99, 'parley_gateway_join_seconds'), legend: '99 %' },
    ],
  }),
  graph({
    title: 'Pairs connected and failed, as browsers say',
    description: 'Pairs of participants whose media connected, and those whose ICE failed.',
    unit: units.CountsPerSecond,
    alert: 'ParleyIceFails',
    queries: [
      { expr: q.rate('parley_call_connects_total'), legend: 'connected' },
      { expr: q.rate('parley_call_ice_failures_total'), legend: 'failed' },
    ],
  }),
];
