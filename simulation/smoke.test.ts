import { expect, test } from 'vitest';
import { runSmoke } from './smoke.js';

test('I1 I2 I3 I4 two gateways, two rooms replicas and ten clients settle after faults, whatever the seed', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { violations, signals, faults } = await runSmoke(seed);
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(signals).toBeGreaterThan(100);
    expect(faults).toBeGreaterThan(20);
  }
}, 60_000);

test('the same seed gives the same history, another seed another one', async () => {
  const [first, again, other] = [await runSmoke(7), await runSmoke(7), await runSmoke(8)];
  expect(again.history).toBe(first.history);
  expect(other.history).not.toBe(first.history);
}, 60_000);
