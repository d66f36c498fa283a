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
    restarts: 0,
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
  const restarts = other.a.client.reports.map((report) => report.restarts ?? 0);
  expect(Math.max(...restarts)).toBeGreaterThan(0);
});

test('[QUALITY-1] who has failed is named once, and again with how long it took when it has connected', async () => {
  const scene = await twoConnected(1, STATS);
  const { a, pass, world } = scene;
  await pass(6_000);
  const { dead } = world.network;
  // No generation from now on has a path.
  Object.assign(dead, { add: dead.add.bind(dead), has: () => true });
  cut(scene);
  await pass(120_000);
  const told = a.client.reports.flatMap(({ pairs }) => pairs ?? []);
  const [first] = told;
  expect(first).toMatchObject({ peer: expect.any(String), connectMs: expect.any(Number) });
  const { peer } = first ?? {};
  expect(told.filter(({ state }) => state)).toEqual([{ peer, state: 'failed' }]);
  Object.assign(dead, { has: Set.prototype.has });
  const before = told.length;
  await pass(60_000);
  const since = a.client.reports.flatMap(({ pairs }) => pairs ?? []).slice(before);
  expect(since[0]).toMatchObject({ peer, rttMs: 20 });
  expect(since[0]?.connectMs).toBeGreaterThan(100_000);
});
