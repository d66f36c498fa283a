import { expect, test } from 'vitest';
import { divided } from '../full/monitoring/support/sped-up.js';
import { askedBy } from '../support/promql.js';

test('[tooling] what a query asks for is found', () => {
  const { metrics, grouping } = askedBy(
    'histogram_quantile(0.99, sum by (le, job) (rate(a_seconds_bucket{x="1",y=~"b|c|.*d"}[5m]))) > 0.5 and on (instance) b_total offset 5m or vector(1)',
  );
  expect([...metrics]).toEqual([
    [
      'a_seconds_bucket',
      [
        { label: 'x', values: ['1'] },
        { label: 'y', values: [] },
      ],
    ],
    ['b_total', []],
  ]);
  expect([...grouping]).toEqual(['le', 'job', 'instance']);
  expect([
    ...askedBy('parley_slo:burn:rate5m{slo="joins"} / on (slo) group_left () (1 - x)').metrics.keys(),
  ]).toEqual(['parley_slo:burn:rate5m', 'x']);
  expect(
    askedBy('a{r=~"b|c"} unless a{r!="d"}')
      .metrics.get('a')
      ?.flatMap(({ values }) => values),
  ).toEqual(['b', 'c', 'd']);
});

test('[tooling] a duration is divided, and never vanishes', () => {
  expect(['5m', '1h', '3d', '30s', '1h30m', '0m'].map((one) => divided(one, 60))).toEqual([
    '5s',
    '60s',
    '4320s',
    '1s',
    '90s',
    '0s',
  ]);
});
