import { fullBucket, refill, take, waitFor } from './token-bucket.js';
import type { Rate, TokenBucket } from './token-bucket.js';

/** One bucket for each key (an address prefix), in bounded memory. */
export interface KeyedBuckets {
  /** Takes `cost` from the key's bucket; false if it holds less. */
  take(key: string, now: number, cost?: number): boolean;
  /** Takes `cost` whatever the bucket holds: for what was done already. It may owe one burst at most. */
  charge(key: string, now: number, cost?: number): void;
  /** Milliseconds until one token is there again; 0 if now. */
  wait(key: string, now: number): number;
  /** Keys that are kept. */
  readonly size: number;
}

/**
 * Creates them. Of more than `maxKeys` keys the ones that were used longest ago are forgotten (their buckets count as
 * full again), so that memory is bounded whoever connects.
 */
export function createKeyedBuckets(rate: Rate, maxKeys: number): KeyedBuckets {
  const buckets = new Map<string, TokenBucket>();
  const keep = (key: string, bucket: TokenBucket): void => {
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size <= maxKeys) return;
    for (const oldest of buckets.keys()) {
      buckets.delete(oldest);
      break;
    }
  };
  const at = (key: string, now: number): TokenBucket => buckets.get(key) ?? fullBucket(rate, now);
  return {
    take: (key, now, cost = 1) => {
      const left = take(at(key, now), rate, now, cost);
      if (left !== undefined) keep(key, left);
      return left !== undefined;
    },
    charge: (key, now, cost = 1) => {
      const { level } = refill(at(key, now), rate, now);
      keep(key, { level: Math.max(-rate.burst, level - cost), at: now });
    },
    wait: (key, now) => waitFor(at(key, now), rate, now),
    get size() {
      return buckets.size;
    },
  };
}
