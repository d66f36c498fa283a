import type { Clock } from '@parley/kit';

/** Waiting that ends early when the process does. */
export interface Sleeper {
  /** Resolves after `ms`, or at `wakeAll`. Never rejects. */
  sleep(ms: number): Promise<void>;
  /** Resolves once `work` has called the function that it is given, after `ms`, or at `wakeAll`. */
  sleepUntil(ms: number, work: (wake: () => void) => void): Promise<void>;
  /** Ends all waiting now; waiting that begins later ends at once. */
  wakeAll(): void;
}

/** Creates one; leaves no timer behind after `wakeAll`. */
export function createSleeper(clock: Pick<Clock, 'after'>): Sleeper {
  const wakes = new Set<() => void>();
  let over = false;
  const sleepUntil = (ms: number, work: (wake: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      if (over) return resolve();
      const wake = (): void => {
        cancel();
        wakes.delete(wake);
        resolve();
      };
      const cancel = clock.after(ms, wake);
      wakes.add(wake);
      work(wake);
    });
  return {
    sleep: (ms) => sleepUntil(ms, () => undefined),
    sleepUntil,
    wakeAll: () => {
      over = true;
      for (const wake of [...wakes]) wake();
    },
  };
}
