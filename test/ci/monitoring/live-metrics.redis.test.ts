import { CALL_METRICS, GATEWAY_METRICS } from '@parley/gateway';
import { COMMON_METRICS } from '@parley/kit';
import type { MetricDefinition } from '@parley/kit';
import { BUS_METRICS, OUTSIDE_METRICS } from '@parley/process';
import { ROOMS_METRICS } from '@parley/rooms';
import { startCluster, startRedis } from '@parley/testkit';
import type { Cluster, RedisServer } from '@parley/testkit';
import { TURN_METRICS } from '@parley/turn-credentials';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRules, committedBoards, panelsOf, queriesOf } from '../../support/monitoring.js';
import { askedBy } from '../../support/promql.js';
import type { Matcher } from '../../support/promql.js';

let redis: RedisServer;
let cluster: Cluster;
beforeAll(async () => {
  redis = await startRedis();
  cluster = await startCluster({ busUrl: redis.url, storeUrl: redis.url, gateways: 1, rooms: 1 });
});
afterAll(async () => {
  await cluster.stop(true);
  await redis.stop();
});

/** What Prometheus adds to every series of ours, and what our rules add to what they record. */
const TARGET = ['namespace', 'job', 'instance'];
const OWN = ['slo', 'alertname', 'alertstate', 'severity'];

const definitions = new Map(
  [
    ...[...COMMON_METRICS, ...OUTSIDE_METRICS, ...BUS_METRICS, ...GATEWAY_METRICS, ...CALL_METRICS],
    ...[...ROOMS_METRICS, ...TURN_METRICS],
  ].map((one): [string, MetricDefinition] => [one.name, one]),
);
const rules = allRules();
const recorded = new Set(['up', 'ALERTS', ...rules.flatMap(({ record = [] }) => record)]);
/** Every query, and where it stands. */
const queries = [
  ...rules.map(({ alert, record = '', expr }) => ({ where: alert ?? record, expr })),
  ...[...committedBoards().values()].flatMap((board) =>
    panelsOf(board).flatMap((panel) =>
      queriesOf(panel, '5m').map(({ expr }) => ({ where: `${board.title}: ${panel.title}`, expr })),
    ),
  ),
].map(({ where, expr }) => ({ where, ...askedBy(expr) }));

test('O5 every metric that a panel, an alert or a recorded series queries is on a live /metrics', async () => {
  const processes = [...cluster.gateways, ...cluster.rooms, ...cluster.turnCredentials];
  const pages = await Promise.all(
    processes.map(async ({ adminUrl }) => (await fetch(`${adminUrl}/metrics`)).text()),
  );
  const live = new Set(
    pages.flatMap((page) => [...page.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)),
  );
  const asked = new Set(queries.flatMap(({ metrics }) => [...metrics.keys()]));
  const absent = [...asked].filter((name) => !recorded.has(name) && !live.has(familyOf(name)));
  expect(absent).toEqual([]);
  expect(asked.size).toBeGreaterThan(60);
});

test('O5 queries ask for labels and values that the metrics have', () => {
  for (const { where, metrics, grouping } of queries) {
    const known = new Set([...TARGET, ...OWN, 'le']);
    for (const [name, matchers] of metrics) {
      const definition = definitions.get(familyOf(name));
      for (const label of definition?.labels ?? []) known.add(label);
      if (definition !== undefined) for (const one of matchers) expectKnown(definition, one, where);
    }
    for (const label of grouping) expect(known, where).toContain(label);
  }
});

/** A value is one that stands there from the start, or that the help of a metric with this label names. */
function expectKnown(
  { name, labels = [], values, buckets = [] }: MetricDefinition,
  one: Matcher,
  where: string,
): void {
  if (TARGET.includes(one.label)) return;
  if (one.label === 'le') {
    expect(buckets.map(String), `${where}: ${name}`).toEqual(expect.arrayContaining([...one.values]));
    return;
  }
  expect(labels, `${where}: ${name}`).toContain(one.label);
  const words = [...(values?.[labels.indexOf(one.label)] ?? []), ...helpsOf(one.label)];
  for (const value of one.values) expect(words, `${where}: ${name}, ${one.label}`).toContain(value);
}

/** The metric of which this is a series: a histogram has three kinds. */
function familyOf(name: string): string {
  const family = name.replace(/_(bucket|count|sum)$/, '');
  return definitions.get(family)?.type === 'histogram' ? family : name;
}

function helpsOf(label: string): string[] {
  const those = [...definitions.values()].filter(({ labels = [] }) => labels.includes(label));
  return those.flatMap(({ help }) => help.split(/[^\w-]+/));
}
