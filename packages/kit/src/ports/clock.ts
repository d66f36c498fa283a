/** Stops what was scheduled; calling it again, or after it ran, does nothing. */
export type Cancel = () => void;

/**
 * Time as the core sees it. Real in `main`, virtual in tests and simulation.
 * Callbacks never run inside the call that schedules them, and run in order of their due time, then of scheduling.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. May jump: only for dates that leave the process (token expiry, epochs). */
  wall(): number;
  /** Monotonic milliseconds from an arbitrary start. */
  now(): number;
  /** Runs `run` once, `ms` from now. */
  after(ms: number, run: () => void): Cancel;
  /** Runs `run` each `ms`, first `ms` from now. */
  every(ms: number, run: () => void): Cancel;
  /** Runs `run` at the end of this turn of the event loop, after what is already due. */
  soon(run: () => void): void;
}
