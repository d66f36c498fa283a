import type { Cancel, Clock } from '@parley/kit';

/** How much a gateway can take on: `busy`, nobody new; `overloaded`, nobody at all. Who is connected is never touched. */
export type Load = 'normal' | 'busy' | 'overloaded';

/** Watches how late the event loop is, and how full the memory. */
export interface LoadWatch {
  start(): void;
  stop(): void;
  load(): Load;
  /** What it is judged by: the mean lag in milliseconds, and the share of the memory. */
  readings(): { readonly lagMs: number; readonly memory: number };
}

/** What it works with. */
export interface LoadWatchOptions {
  readonly clock: Pick<Clock, 'now' | 'every'>;
  /** Mean lag of the event loop from which the gateway is busy, in ms; twice that, and it is overloaded. */
  readonly busyLagMs: number;
  /** Share of its memory from which the gateway is busy, 0 to 1; half way from there to all of it, and it is overloaded. */
  readonly busyMemory: number;
  /** The share of the memory that the process may use which it does use; undefined where nobody knows. */
  readonly memory?: () => number | undefined;
}

const TICK_MS = 100;
const MEMORY_MS = 1_000;
/** What one tick weighs in the mean: half of it is of the last 0.7 s. */
const WEIGHT = 0.1;
const OVERLOADED = 2;
/** What a single tick counts at most, in the same measure. */
const LATEST = 4;

/**
 * Creates a stopped watch. A single stall, however long, counts as one late tick and no more: a collection of
 * garbage is no reason to turn anybody away, a loop that is late all the time is.
 */
export function createLoadWatch(options: LoadWatchOptions): LoadWatch {
  const { clock, busyLagMs, busyMemory, memory = () => undefined } = options;
  let [lag, share, sinceMemory, tickedAt] = [0, 0, MEMORY_MS, 0];
  let cancel: Cancel | undefined;
  const tick = (): void => {
    const now = clock.now();
    const late = Math.min(Math.max(0, now - tickedAt - TICK_MS), LATEST * busyLagMs);
    tickedAt = now;
    lag += WEIGHT * (late - lag);
    sinceMemory += TICK_MS;
    if (sinceMemory < MEMORY_MS) return;
    sinceMemory = 0;
    share = memory() ?? 0;
  };
  return {
    start: () => {
      tickedAt = clock.now();
      cancel ??= clock.every(TICK_MS, tick);
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
    load: () => {
      if (lag >= OVERLOADED * busyLagMs || share >= (1 + busyMemory) / 2) return 'overloaded';
      return lag >= busyLagMs || share >= busyMemory ? 'busy' : 'normal';
    },
    readings: () => ({ lagMs: lag, memory: share }),
  };
}
