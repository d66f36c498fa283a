import { performance } from 'node:perf_hooks';
import type { Cancel, Clock } from '../ports/clock.js';

/** The longest delay that Node's timers take: 2^31 - 1 ms, some 24 days. Longer ones are cut to it. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Creates the clock of this machine. Its timers keep the process alive until they ran or were cancelled. */
export function createSystemClock(): Clock {
  return {
    wall: () => Date.now(),
    now: () => performance.now(),
    after: (ms, run) => after(ms, run),
    every: (ms, run) => {
      const timer = setInterval(run, clamp(ms));
      return () => clearInterval(timer);
    },
    soon: (run) => void setImmediate(run),
  };
}

function after(ms: number, run: () => void): Cancel {
  const timer = setTimeout(run, clamp(ms));
  return () => clearTimeout(timer);
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_DELAY_MS);
}
