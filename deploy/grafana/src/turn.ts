import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { board } from './board.js';
import { graph, stat } from './panels.js';
import { queries } from './promql.js';

const q = queries('process');

/** The credentials that calls need to go through TURN servers. */
export function turn(): Dashboard {
  return board({
    uid: 'parley-turn',
    title: 'TURN',
    description:
      'Credentials for TURN servers: what gateways ask for, and what the credentials service answers.',
    scope: 'process',
    services: 'turn-credentials|gateway|standalone',
    sections: [
      { title: 'Asked by gateways', panels: asked() },
      { title: 'Answered by the credentials service', panels: answered() },
    ],
  });
}

const asked = () => [
  stat({
    title: 'Requests that fail',
    description:
      'Of those that gateways make for their people. Without credentials, calls through strict firewalls do not connect.',
    unit: units.PercentUnit,
    warn: 0.01,
    bad: 0.05,
    width: 8,
    alert: 'ParleyTurnMintsFail',
    queries: [{ expr: q.ratio('parley_gateway_mints_total', 'result="failed"'), legend: 'failed' }],
  }),
  stat({
    title: 'Credentials service heard by gateways',
    description: 'The fewest replicas that any chosen process hears.',
    unit: units.Short,
    isFloor: true,
    bad: 1,
    width: 8,
    alert: 'ParleyNoTurnCredentials',
    queries: [
      { expr: `min(${q.of('parley_cluster_members', 'role="turn-credentials"')})`, legend: 'replicas' },
    ],
  }),
  stat({
    title: 'Pairs that go through TURN, as browsers say',
    description: 'Of the pairs that connected, those with a relay candidate in use on either side.',
    unit: units.PercentUnit,
    warn: 0.5,
    width: 8,
    alert: 'ParleyRelayShareHigh',
    queries: [
      {
        expr: `1 - ${q.ratio('parley_call_connects_total', 'local!="relay",remote!="relay"')}`,
        legend: 'relayed',
      },
    ],
  }),
  graph({
    title: 'Requests of gateways by result',
    description: 'refused: more often than a participant may; failed: no answer, or an error.',
    unit: units.CountsPerSecond,
    width: 12,
    alert: 'ParleyTurnMintsFail',
    queries: [{ expr: q.rate('parley_gateway_mints_total', 'result'), legend: '{{result}}' }],
  }),
  graph({
    title: 'Time until a gateway has an answer',
    description: 'Or gives up. Joins wait for it.',
    unit: units.Seconds,
    warn: 0.5,
    width: 12,
    queries: [
      { expr: q.quantile(0.5, 'parley_gateway_mint_seconds'), legend: 'half' },
      { expr: q.quantile(0.99, 'parley_gateway_mint_seconds'), legend: '99 %' },
    ],
  }),
];

const answered = () => [
  graph({
    title: 'Requests by result',
    description: 'unauthorized and forbidden are callers without the right token or key.',
    unit: units.CountsPerSecond,
    width: 12,
    queries: [{ expr: q.rate('parley_turn_mints_total', 'result'), legend: '{{result}}' }],
  }),
  graph({
    title: 'Time of a request, 99 %',
    description: 'By the way it came: bus (gateways), http, rest (the interface of coturn’s REST draft).',
    unit: units.Seconds,
    warn: 0.1,
    width: 12,
    queries: [{ expr: q.quantile(0.99, 'parley_turn_mint_seconds', 'via'), legend: '{{via}}' }],
  }),
];
