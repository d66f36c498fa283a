import type { Clock } from '@parley/kit';

/** A clock that a test turns by hand; `soon` is the real end of the turn, since real sockets are under test. */
export interface CrankedClock extends Clock {
  /** Moves time on and runs what falls due, in order. */
  advance(ms: number): void;
  /** How many timers are waiting. */
  readonly pending: number;
}

/** Starts at 0. */
export function crankedClock(): CrankedClock {
  let now = 0;
  let made = 0;
  const timers = new Map<number, { due: number; run: () => void }>();
  const after = (ms: number, run: () => void): (() => void) => {
    const id = (made += 1);
    timers.set(id, { due: now + ms, run });
    return () => void timers.delete(id);
  };
  const next = (until: number) =>
    [...timers].filter(([, { due }]) => due <= until).sort((a, b) => a[1].due - b[1].due || a[0] - b[0])[0];
  return {
    wall: () => 1_700_000_000_000 + now,
    now: () => now,
    after,
    every(ms, run) {
      let cancel = (): void => undefined;
      const again = (): void => {
        cancel = after(ms, () => {
          again();
          run();
        });
      };
      again();
      return () => cancel();
    },
    soon: (run) => void setImmediate(run),
    advance(ms) {
      const until = now + ms;
      for (let due = next(until); due !== undefined; due = next(until)) {
        timers.delete(due[0]);
        now = due[1].due;
        due[1].run();
      }
      now = until;
    },
    get pending() {
      return timers.size;
    },
  };
}
