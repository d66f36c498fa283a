import type { ClientClock } from '../ports.js';

/** The longest that timers take; what is due later is asked for again then. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's clock, in browsers, workers and Node. */
export const browserClock: ClientClock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms: number, run: () => void) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};
