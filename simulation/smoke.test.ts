import { describe, expect, test } from 'vitest';
import { KEPT_SEEDS } from './kept-seeds.js';
import { runSmoke } from './smoke.js';
import type { SmokeOptions, SmokeResult } from './smoke.js';

async function mustHold(seed: number, options: SmokeOptions): Promise<SmokeResult> {
  const result = await runSmoke(seed, options);
  expect({ seed, options, violations: result.violations }).toEqual({ seed, options, violations: [] });
  return result;
}

describe('I1 I2 I3 I4 two gateways, two rooms replicas and ten clients settle after faults, whatever the seed', () => {
  test.each<readonly [string, readonly number[], SmokeOptions]>([
    ['a lossy bus', [1, 2, 3, 4, 5], {}],
    ['R7 a store that forgets, goes back and is out', [1, 2, 3, 4, 5], { loss: 0, storeFaults: true }],
    ['R7 both', [6, 7, 8, 9, 10], { storeFaults: true }],
    [
      'R7 both, and everybody asks for room messages',
      [11, 12, 13, 14, 15],
      { storeFaults: true, messages: true },
    ],
  ])(
    '%s',
    async (_, seeds, options) => {
      for (const seed of seeds) {
        const { signals, faults } = await mustHold(seed, options);
        expect(signals).toBeGreaterThan(100);
        expect(faults).toBeGreaterThan(20);
      }
    },
    60_000,
  );

  test('[CLOSE-5] [CLOSE-6] gateways and owners cut off from the bus, and connections of a limited life', async () => {
    const total = { degraded: 0, rebalanced: 0 };
    for (const seed of [16, 17, 18, 19, 20]) {
      const { departures } = await mustHold(seed, { loss: 0, cutOffs: true, lifetimeMs: 20_000 });
      total.degraded += departures.degraded;
      total.rebalanced += departures.rebalanced;
    }
    expect(total.degraded).toBeGreaterThan(3);
    expect(total.rebalanced).toBeGreaterThan(50);
  }, 60_000);

  test.each(KEPT_SEEDS)(
    'seed $seed again: $found',
    async ({ seed, options }) => void (await mustHold(seed, options)),
    60_000,
  );
});

describe('the checks find what is broken on purpose', () => {
  test.each<readonly [string, number, SmokeOptions, RegExp]>([
    [
      'I2 without disconnections and digests, who vanished stays',
      1,
      { loss: 0, missing: /"do":"disconnected"|"type":"digest"/ },
      /^I2 client 4 sees .* in the room are/,
    ],
    [
      'I2 without listings, who is only in copies is lost with the store',
      12,
      { loss: 0, storeFaults: true, missing: /"type":"listing"/ },
      /^I2 client \d+ saw client \d+ leave \(.*\), who never did/,
    ],
    [
      'I3 without signals between gateways, links cannot deliver',
      1,
      { loss: 0, missing: /"type":"signal"/ },
      /^I3 \S+: \d+ of \d+ arrived/,
    ],
  ])(
    '%s',
    async (_, seed, options, finding) => {
      const { violations } = await runSmoke(seed, options);
      expect(violations).toContainEqual(expect.stringMatching(finding));
    },
    60_000,
  );
});

test('the same seed gives the same history, another seed another one', async () => {
  const [first, again, other] = [await runSmoke(7), await runSmoke(7), await runSmoke(8)];
  expect(again.history).toBe(first.history);
  expect(other.history).not.toBe(first.history);
}, 60_000);
