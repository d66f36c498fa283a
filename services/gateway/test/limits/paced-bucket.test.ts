import { describe, expect, test } from 'vitest';
import { createPacedBucket } from '../../src/limits/paced-bucket.js';

const LIMIT = { perSecond: 1_000, burst: 2_000 };

function rig() {
  let [now, lag] = [0, 0];
  const bucket = createPacedBucket({ limit: LIMIT, lagMs: () => lag, targetMs: 10 }, now);
  /** How many of `wanted` it gives, `ms` later with such a lag. */
  const come = (ms: number, wanted: number, lagMs: number): number => {
    [now, lag] = [now + ms, lagMs];
    return Array.from({ length: wanted }, () => bucket.take(now)).filter(Boolean).length;
  };
  return { bucket, come };
}

describe('a bucket that is paced by the lag of the loop', () => {
  test('C3 gives its limit while the loop is in time', () => {
    const { bucket, come } = rig();
    expect(come(60_000, 3_000, 5)).toBe(LIMIT.burst);
    expect(bucket.isPaced()).toBe(false);
  });

  test('C3 is lowered while the loop is late, and rises again when it is not', () => {
    const { bucket, come } = rig();
    come(1_000, 2_000, 0);
    for (let step = 0; step < 60; step += 1) come(100, 100, 80);
    let taken = 0;
    for (let step = 0; step < 50; step += 1) taken += come(100, 100, 20);
    expect(taken).toBeLessThan(600);
    expect(bucket.isPaced()).toBe(true);
    for (let step = 0; step < 50; step += 1) come(100, 100, 0);
    expect(bucket.isPaced()).toBe(false);
  });

  test('C3 is not lowered for a busy moment', () => {
    const { bucket, come } = rig();
    come(1_000, 2_000, 0);
    for (let step = 0; step < 50; step += 1) come(100, 100, 45);
    expect(bucket.isPaced()).toBe(false);
  });

  test('C3 takes a few newcomers each second however late the loop is', () => {
    const { come } = rig();
    for (let step = 0; step < 100; step += 1) come(100, 100, 500);
    let taken = 0;
    for (let step = 0; step < 100; step += 1) taken += come(100, 100, 500);
    expect(taken).toBeGreaterThan(990);
    expect(taken).toBeLessThan(1_010);
  });

  test('C3 knows a rush after a quiet time for what it is, not for its mean over that time', () => {
    const { come } = rig();
    expect(come(60_000, 300, 0)).toBe(300);
    // What they cost makes the loop late; they came in a moment, so about as many a second may go on coming.
    expect(come(200, 1, 80)).toBe(1);
    expect(come(1_000, 1_000, 0)).toBeGreaterThan(90);
  });
});
