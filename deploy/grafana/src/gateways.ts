import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { board } from './board.js';
import { graph } from './panels.js';
import { queries } from './promql.js';

const q = queries('process');

/** What gateways do with connections and signals, and how loaded they are. */
export function gateways(): Dashboard {
  return board({
    uid: 'parley-gateways',
    title: 'Gateways',
    description: 'Connections, signals and load of gateways.',
    scope: 'process',
    services: 'gateway|standalone',
    sections: [
      { title: 'Connections', panels: connections() },
      { title: 'Joins and returns', panels: joins() },
      { title: 'Signals', panels: signals() },
      { title: 'Load', panels: load() },
      { title: 'Mishaps', panels: mishaps() },
    ],
  });
}

const connections = () => [
  graph({
    title: 'Connections',
    description: 'Open WebSockets of each gateway, and how many it may have.',
    unit: units.Short,
    alert: 'ParleyConnectionsNearLimit',
    queries: [
      { expr: q.sum('parley_gateway_connections', 'instance'), legend: '{{instance}}' },
      { expr: `max(${q.of('parley_gateway_connections_limit')})`, legend: 'limit of each' },
    ],
  }),
  graph({
    title: 'Upgrades refused',
    description:
      'cap, load and rate are want of capacity; address and origin are the client’s; draining sends to another gateway.',
    unit: units.CountsPerSecond,
    alert: 'ParleyConnectionsRefused',
    queries: [{ expr: q.rate('parley_gateway_upgrades_refused_total', 'cause'), legend: '{{cause}}' }],
  }),
  graph({
    title: 'Closes by code',
    description:
      '1000, 1001 and 1005 are people who go; 1006 are links that broke; 4xxx are ours, see ERRORS.md.',
    unit: units.CountsPerSecond,
    stacked: true,
    queries: [{ expr: q.rate('parley_gateway_closes_total', 'code'), legend: '{{code}}' }],
  }),
];

const joins = () => [
  graph({
    title: 'Hellos by result',
    description:
      'token_invalid in numbers means that tokens are signed with a key that gateways do not have.',
    unit: units.CountsPerSecond,
    alert: 'ParleyTokensRefused',
    queries: [{ expr: q.rate('parley_gateway_hellos_total', 'result'), legend: '{{result}}' }],
  }),
  graph({
    title: 'Resumes by outcome',
    description:
      'recovered: what was missed is sent; snapshot: the whole room is; lost: a new participant, others saw it leave; refused: the claim was not true.',
    unit: units.CountsPerSecond,
    alert: 'ParleyResumesFail',
    queries: [{ expr: q.rate('parley_gateway_resumes_total', 'outcome'), legend: '{{outcome}}' }],
  }),
  graph({
    title: 'Time of a join',
    description: 'From the frame to the reply, ICE servers awaited.',
    unit: units.Seconds,
    warn: 1,
    queries: [
      { expr: q.quantile(0.5, 'parley_gateway_join_seconds', 'how'), legend: '{{how}}, half' },
      { expr: q.quantile(0.99, 'parley_gateway_join_seconds', 'how'), legend: '{{how}}, 99 %' },
    ],
  }),
];

const signals = () => [
  graph({
    title: 'Signals',
    description: 'What clients sent, and what was written to their recipients.',
    unit: units.CountsPerSecond,
    queries: [
      { expr: q.rate('parley_signals_accepted_total'), legend: 'accepted' },
      { expr: q.rate('parley_signals_delivered_total', 'path'), legend: 'delivered, {{path}}' },
      { expr: q.rate('parley_signals_forwarded_total'), legend: 'sent on to another gateway' },
    ],
  }),
  graph({
    title: 'Signals turned back or dropped',
    description:
      'away and wait are sent again when the recipient is back; unreachable is ours; dropped ones belonged to a connection that is over.',
    unit: units.CountsPerSecond,
    alert: 'ParleySignalsFail',
    queries: [
      { expr: q.rate('parley_nacks_total', 'reason'), legend: 'turned back: {{reason}}' },
      { expr: q.rate('parley_signals_dropped_total', 'reason'), legend: 'dropped: {{reason}}' },
    ],
  }),
  graph({
    title: 'Time of a signal in a gateway, 99 %',
    description:
      'local: frame in to the recipient’s socket; forwarded: frame in to the bus; received: bus to the socket.',
    unit: units.Seconds,
    warn: 0.025,
    alert: 'ParleySignalsSlow',
    queries: [{ expr: q.quantile(0.99, 'parley_relay_seconds', 'path'), legend: '{{path}}' }],
  }),
];

const load = () => [
  graph({
    title: 'Load level',
    description: '0: all are let in; 1: newcomers are refused; 2: everybody is.',
    unit: units.Short,
    warn: 1,
    bad: 2,
    alert: 'ParleyGatewaySheds',
    queries: [{ expr: q.of('parley_gateway_load_level'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Lag of the event loop',
    description: 'By which load is judged: the mean of the last seconds. SHED_LAG_MS is 500 ms by default.',
    unit: units.Seconds,
    warn: 0.25,
    bad: 0.5,
    alert: 'ParleyEventLoopLags',
    queries: [{ expr: q.of('parley_gateway_load_lag_seconds'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Memory by which load is judged',
    description: 'Share of the memory that the process may use. SHED_MEMORY_PERCENT is 85 by default.',
    unit: units.PercentUnit,
    max: 1,
    warn: 0.7,
    bad: 0.85,
    alert: 'ParleyGatewaySheds',
    queries: [{ expr: q.of('parley_gateway_load_memory_ratio'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'CPU',
    description: 'Cores in use. A gateway uses little more than one at most.',
    unit: units.Short,
    warn: 0.8,
    queries: [{ expr: q.rate('process_cpu_seconds_total', 'instance'), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Fullest queues',
    description:
      'The greatest share of its bound that a queue took. socket-buffer is that of the slowest client.',
    unit: units.PercentUnit,
    max: 1,
    warn: 0.8,
    alert: 'ParleyQueueNearlyFull',
    queries: [{ expr: `max by (queue) (${q.of('parley_queue_peak_ratio')})`, legend: '{{queue}}' }],
  }),
  graph({
    title: 'Draining',
    description: 'Gateways that are going away, and how fast they tell clients to move.',
    unit: units.Short,
    alert: 'ParleyDrainDoesNotEnd',
    queries: [
      { expr: q.of('parley_draining'), legend: '{{instance}} is draining' },
      { expr: q.rate('parley_gateway_moves_total', 'reason'), legend: 'told to move, a second: {{reason}}' },
    ],
  }),
];

const mishaps = () => [
  graph({
    title: 'Stopped by limits',
    description:
      'What a limit on connections, addresses or frames stopped. Much of one kind is abuse, or a limit too low.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_gateway_rate_limited_total', 'limit'), legend: '{{limit}}' }],
  }),
  graph({
    title: 'Goodbyes by reason',
    description: 'Why connections were ended by us. slow_consumer: clients that do not read.',
    unit: units.CountsPerSecond,
    queries: [{ expr: q.rate('parley_gateway_goodbyes_total', 'reason'), legend: '{{reason}}' }],
  }),
  graph({
    title: 'Faults, lost log lines, rejected metrics',
    description: 'In the last 15 minutes. All of them stay at 0 in health.',
    unit: units.Short,
    warn: 1,
    alert: 'ParleyFaults',
    queries: [
      {
        expr: `sum by (place) (increase(${q.of('parley_gateway_faults_total')}[15m]))`,
        legend: 'faults: {{place}}',
      },
      {
        expr: `sum(increase(${q.of('parley_gateway_session_faults_total')}[15m]))`,
        legend: 'faults: session',
      },
      { expr: `sum(increase(${q.of('parley_log_dropped')}[15m]))`, legend: 'log lines lost' },
      { expr: `sum(increase(${q.of('parley_telemetry_rejected_total')}[15m]))`, legend: 'metrics rejected' },
    ],
  }),
];
