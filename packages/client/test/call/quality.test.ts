import { expect, test } from 'vitest';
import { cut, twoConnected } from './scene.js';

const STATS = { statsEveryMs: 3_000 };

test('[QUALITY-1] a connected pair is reported, once with how long it took, and at most each 10 s', async () => {
  const { a, pass } = await twoConnected(1, STATS);
  await pass(6_000);
  const [first, ...others] = a.client.reports;
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    pairs: [{ localCandidate: 'host', remoteCandidate: 'host', rttMs: 20, lossIn: 0 }],
    ...{ failures: 0, restarts: 0 },
  });
  expect(first?.pairs?.[0]?.connectMs).toBeLessThan(2_000);
  await pass(60_000);
  expect(a.client.reports.length).toBeGreaterThan(4);
  expect(a.client.reports.length).toBeLessThanOrEqual(7);
  for (const { pairs } of a.client.reports.slice(1)) expect(pairs?.[0]?.connectMs).toBeUndefined();
});

test('[QUALITY-1] restarts and failures are counted; nothing is reported by who has opted out', async () => {
  const scene = await twoConnected(1, { ...STATS, quality: false });
  await scene.pass(30_000);
  expect(scene.a.client.reports).toEqual([]);

  const other = await twoConnected(1, STATS);
  await other.pass(6_000);
  cut(other);
  await other.pass(60_000);
  const sum = (field: 'failures' | 'restarts') =>
    other.a.client.reports.reduce((total, report) => total + (report[field] ?? 0), 0);
  expect(sum('restarts')).toBeGreaterThan(0);
});
