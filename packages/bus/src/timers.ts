/** The part of a clock that the bus needs (a `Clock` of the kit fits). */
export interface Timers {
  /** Monotonic milliseconds. */
  now(): number;
  after(ms: number, run: () => void): () => void;
  every(ms: number, run: () => void): () => void;
  /** Runs at the end of this turn of the event loop. */
  soon(run: () => void): void;
}
