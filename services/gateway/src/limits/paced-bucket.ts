import { fullBucket, refill, take } from './token-bucket.js';
import type { Rate, TokenBucket } from './token-bucket.js';

/** A token bucket that fills as fast as the process can follow, and never faster than its limit. */
export interface PacedBucket {
  /** Takes one token; false if there is none. */
  take(now: number): boolean;
  /** Whether there is one to take. */
  has(now: number): boolean;
  /** Whether it fills more slowly than its limit allows at present. */
  isPaced(): boolean;
}

/** What a paced bucket goes by. */
export interface PacedBucketOptions {
  readonly limit: Rate;
  /** How late the event loop is, in ms: a lag that lasts, not that of a single stall. */
  readonly lagMs: () => number;
  /** The lag from which the bucket fills more slowly. */
  readonly targetMs: number;
}

const INTERVAL_MS = 100;
/** How strongly the pace answers a lag that is not the target: at none at all it grows by so much each interval. */
const GAIN = 0.2;
const LEAST_FACTOR = 0.9;
/** A lag that is less than this part of what it was is being worked off: the pace is low enough. */
const FALLING = 0.9;
/** A lag of less than so many times the target is a busy moment, and begins nothing; once begun, the target counts. */
const BEGINS_AT = 5;
/** Never slower than this: so few newcomers are not what makes a loop late. */
const LEAST_PER_SECOND = 100;
/** Who is let in costs a few turns of the loop: until they are over a lower pace does not show, and is not lowered again. */
const TURNS = 5;
const LONGEST_HOLD_MS = 500;
/** What was taken of late is remembered for about so long. */
const MEMORY_MS = 200;
/** What a paced bucket saves up: a great room that fills at once. More is lag afterwards. */
const SAVED = 100;

interface State extends PacedBucketOptions {
  bucket: TokenBucket;
  rate: Rate;
  lagBefore: number;
  judgedAt: number;
  nextAt: number;
  takenAt: number;
  takenPerSecond: number;
  wasEmpty: boolean;
}

/**
 * Creates a full one. It steers the lag of the event loop towards the target: the later the loop, the fewer tokens, and
 * a little more each 100 ms that it is in time. So what was taken on is done, and at twice the load nearly as much
 * gets done as ever (C3); to take on everybody would be to keep everybody waiting until nobody waits any more.
 */
export function createPacedBucket(options: PacedBucketOptions, now: number): PacedBucket {
  const { limit } = options;
  const state: State = {
    ...{ ...options, bucket: fullBucket(limit, now), rate: limit },
    ...{
      lagBefore: 0,
      judgedAt: now,
      nextAt: now + INTERVAL_MS,
      takenAt: now,
      takenPerSecond: 0,
      wasEmpty: false,
    },
  };
  return {
    take: (at) => {
      if (!has(state, at)) return false;
      state.bucket = take(state.bucket, state.rate, at) ?? state.bucket;
      state.takenPerSecond = takenPerSecond(state, at) + 1_000 / MEMORY_MS;
      state.takenAt = at;
      return true;
    },
    has: (at) => has(state, at),
    isPaced: () => state.rate !== limit,
  };
}

function has(state: State, now: number): boolean {
  if (now >= state.nextAt) pace(state, now);
  const isThere = refill(state.bucket, state.rate, now).level >= 1;
  if (!isThere) state.wasEmpty = true;
  return isThere;
}

function pace(state: State, now: number): void {
  const { limit, targetMs } = state;
  const passed = now - state.judgedAt;
  const lagMs = state.rate === limit ? beginning(state) : state.lagMs();
  const isFalling = lagMs < FALLING * state.lagBefore;
  state.lagBefore = lagMs;
  const wanted = Math.max(LEAST_FACTOR, 1 + GAIN * (1 - lagMs / targetMs));
  const factor = isFalling ? Math.max(1, wanted) : wanted;
  const holdMs = factor < 1 ? Math.min(TURNS * lagMs, LONGEST_HOLD_MS) : 0;
  // Where nobody found the bucket empty, what came was too much already, however fast it would have filled.
  const from =
    factor < 1 && !state.wasEmpty
      ? Math.min(state.rate.perSecond, takenPerSecond(state, now))
      : state.rate.perSecond;
  const perSecond = Math.max(
    LEAST_PER_SECOND,
    from * (factor < 1 ? factor : factor ** (passed / INTERVAL_MS)),
  );
  state.rate = perSecond >= limit.perSecond ? limit : { perSecond, burst: Math.min(SAVED, limit.burst) };
  Object.assign(state, {
    judgedAt: now,
    nextAt: now + Math.max(INTERVAL_MS, holdMs),
    wasEmpty: false,
  });
}

/** The lag, where it is so long that a pace is needed. */
function beginning({ lagMs, targetMs }: State): number {
  const lag = lagMs();
  return lag < BEGINS_AT * targetMs ? 0 : lag;
}

/** How many were taken a second of late: what was taken long ago counts ever less. */
function takenPerSecond({ takenPerSecond: then, takenAt }: State, now: number): number {
  return then * Math.exp((takenAt - now) / MEMORY_MS);
}
