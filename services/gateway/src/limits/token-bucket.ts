/** How fast a bucket fills, and how much it holds. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What is left in a bucket, and when that was so (milliseconds of the monotonic clock). */
export interface TokenBucket {
  readonly level: number;
  readonly at: number;
}

/** A full bucket. */
export function fullBucket(rate: Rate, now: number): TokenBucket {
  return { level: rate.burst, at: now };
}

/** The bucket at `now`: filled by the time that passed, never above its burst, never by a clock that went back. */
export function refill(bucket: TokenBucket, rate: Rate, now: number): TokenBucket {
  const passed = Math.max(0, now - bucket.at);
  return { level: Math.min(rate.burst, bucket.level + (passed * rate.perSecond) / 1_000), at: now };
}

/** Takes `cost` out; `undefined` if there is not as much in it (then nothing is taken). */
export function take(bucket: TokenBucket, rate: Rate, now: number, cost = 1): TokenBucket | undefined {
  const { level } = refill(bucket, rate, now);
  return level < cost ? undefined : { level: level - cost, at: now };
}

/** Milliseconds until `cost` can be taken, rounded up; 0 if now. */
export function waitFor(bucket: TokenBucket, rate: Rate, now: number, cost = 1): number {
  const missing = cost - refill(bucket, rate, now).level;
  return missing <= 0 ? 0 : Math.ceil((missing * 1_000) / rate.perSecond);
}
