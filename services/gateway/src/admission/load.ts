import type { Cancel, Clock, ProcessLoad } from '@parley/kit';

/** How much a gateway can take on: `busy`, nobody new; `overloaded`, nobody at all. Who is connected is never touched. */
export type Load = 'normal' | 'busy' | 'overloaded';

/** Watches how late the event loop is, and how full the memory. */
export interface LoadWatch {
  start(): void;
  stop(): void;
  load(): Load;
  /**
   * How late the event loop is all the time by its own work, in ms: the least of the measures of a tenth of a second, two at
   * least, so that a single stall does not show. 0 while it waits for work, or for a processor that others keep: neither
   * is mended by taking on less.
   */
  standingLagMs(): number;
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
  /** What the process does with its memory and its time; absent where nobody knows. */
  readonly processLoad?: ProcessLoad;
}

/** Short, so that a loop whose turns are a few times as long shows: by then the kernel's queue of connections fills. */
const TICK_MS = 20;
/** A lag that stands does so for this long. */
const STANDING_MS = 100;
/** Less idle than this share of its time, and the loop has too much to do. */
const BARELY_IDLE = 0.1;
const MEMORY_MS = 1_000;
/** Half of the mean lag is of the last 0.7 s. */
const MEAN_OF_MS = 1_000;
/** What a single tick counts at most: a stall of so many ms, and so many times the lag that is too much. */
const LONGEST_MS = 100;
const LATEST = 4;
const OVERLOADED = 2;

/**
 * Creates a stopped watch. A single stall, however long, counts as one late tick and no more: a collection of
 * garbage is no reason to turn anybody away, a loop that is late all the time is.
 */
export function createLoadWatch(options: LoadWatchOptions): LoadWatch {
  const { clock, busyLagMs, busyMemory, processLoad } = options;
  const idleMs = (): number => processLoad?.idleMs() ?? 0;
  let [lag, share, standing] = [0, 0, 0];
  let [tickedAt, memoryAt] = [0, 0];
  let window = { from: 0, idle: 0, ticks: 0, least: Infinity };
  let cancel: Cancel | undefined;
  const tick = (): void => {
    const now = clock.now();
    const passed = now - tickedAt;
    const late = Math.min(Math.max(0, passed - TICK_MS), LATEST * busyLagMs);
    tickedAt = now;
    lag += (Math.min(passed, LONGEST_MS) / MEAN_OF_MS) * (late - lag);
    window = { ...window, ticks: window.ticks + 1, least: Math.min(window.least, late) };
    if (window.ticks > 1 && now - window.from >= STANDING_MS) {
      const idle = idleMs();
      const isFull = idle - window.idle < BARELY_IDLE * (now - window.from);
      standing = isFull ? window.least : 0;
      window = { from: now, idle, ticks: 0, least: Infinity };
    }
    if (now - memoryAt < MEMORY_MS) return;
    memoryAt = now;
    share = processLoad?.memoryShare() ?? 0;
  };
  return {
    start: () => {
      tickedAt = clock.now();
      memoryAt = tickedAt;
      window = { from: tickedAt, idle: idleMs(), ticks: 0, least: Infinity };
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
    standingLagMs: () => standing,
    readings: () => ({ lagMs: lag, memory: share }),
  };
}
