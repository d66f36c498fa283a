import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyedBuckets } from '../../src/limits/keyed-buckets.js';
import { fullBucket, refill, take, waitFor } from '../../src/limits/token-bucket.js';
import type { TokenBucket } from '../../src/limits/token-bucket.js';

const rates = fc.record({
  perSecond: fc.integer({ min: 1, max: 1_000 }),
  burst: fc.integer({ min: 1, max: 1_000 }),
});
const pauses = fc.array(fc.integer({ min: -50, max: 2_000 }), { maxLength: 300 });

describe('a token bucket', () => {
  test('X8 lets through the burst and what the rate adds, and never more, even if the clock goes back', () => {
    fc.assert(
      fc.property(rates, pauses, (rate, steps) => {
        let now = 0;
        let latest = 0;
        let through = 0;
        let backwards = 0;
        let bucket: TokenBucket = fullBucket(rate, now);
        for (const pause of steps) {
          now += pause;
          if (pause < 0) backwards -= pause;
          latest = Math.max(latest, now);
          const left = take(bucket, rate, now);
          if (left === undefined) continue;
          bucket = left;
          through += 1;
        }
        expect(through).toBeLessThanOrEqual(
          rate.burst + ((latest + backwards) * rate.perSecond) / 1_000 + 1e-6,
        );
      }),
    );
  });

  test('X8 what is waited for is there afterwards, and not a millisecond before', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 0, max: 2_000 }), (rate, drained) => {
        let bucket = fullBucket(rate, 0);
        for (let i = 0; i < Math.min(drained, rate.burst); i += 1) bucket = take(bucket, rate, 0) ?? bucket;
        const ms = waitFor(bucket, rate, 0);
        expect(take(bucket, rate, ms)).toBeDefined();
        if (ms > 1) expect(take(bucket, rate, ms - 1)).toBeUndefined();
      }),
    );
  });

  test('fills up to its burst and no further', () => {
    expect(refill({ level: 3, at: 0 }, { perSecond: 10, burst: 5 }, 60_000).level).toBe(5);
  });
});

describe('keyed buckets', () => {
  test('X8 20 upgrades a second of one prefix pass, the 21st does not, another prefix is not touched', () => {
    const buckets = createKeyedBuckets({ perSecond: 20, burst: 20 }, 100);
    const passed = Array.from({ length: 21 }, () => buckets.take('192.0.2.1/32', 0));
    expect(passed.filter(Boolean)).toHaveLength(20);
    expect(buckets.take('192.0.2.2/32', 0)).toBe(true);
    expect(buckets.wait('192.0.2.1/32', 0)).toBe(50);
    expect(buckets.take('192.0.2.1/32', 50)).toBe(true);
  });

  test('I10 remember a bounded number of keys, those used last', () => {
    const buckets = createKeyedBuckets({ perSecond: 1, burst: 2 }, 10);
    for (let i = 0; i < 1_000; i += 1) buckets.take(`k${i}`, 0);
    expect(buckets.size).toBe(10);
    expect(buckets.wait('k0', 0)).toBe(0);
    buckets.charge('k999', 0, 50);
    expect(buckets.wait('k999', 0)).toBe(3_000);
  });
});
