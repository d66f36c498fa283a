import type { Clock } from '../src/index.js';

/** A clock that stands still until it is told to run. */
export interface VirtualClock extends Clock {
  /** Runs what is due in the next `ms`, in order, and lets promises settle between. */
  run(ms: number): Promise<void>;
  /** Lets time pass without running anything, as a paused process does. */
  pause(ms: number): void;
}

interface Task {
  due: number;
  readonly order: number;
  readonly everyMs?: number;
  readonly run: () => void;
}

export function createVirtualClock(): VirtualClock {
  const tasks = new Set<Task>();
  let now = 0;
  let order = 0;
  const add = (ms: number, run: () => void, everyMs?: number): (() => void) => {
    const task = { due: now + ms, order: order++, run, ...(everyMs !== undefined && { everyMs }) };
    tasks.add(task);
    return () => void tasks.delete(task);
  };
  const next = (until: number): Task | undefined =>
    [...tasks].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due || a.order - b.order)[0];
  return {
    wall: () => 1_750_000_000_000 + now,
    now: () => now,
    after: (ms, run) => add(ms, run),
    every: (ms, run) => add(ms, run, ms),
    soon: (run) => void add(0, run),
    pause: (ms) => void (now += ms),
    run: async (ms) => {
      const until = now + ms;
      await settled();
      for (let task = next(until); task !== undefined; task = next(until)) {
        now = Math.max(now, task.due);
        if (task.everyMs === undefined) tasks.delete(task);
        else task.due = Math.max(task.due + task.everyMs, now);
        task.run();
        await settled();
      }
      now = Math.max(now, until);
    },
  };
}

/** All promises that can settle without time have. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
