/** How full something bounded is, as shares of its bound (0 to 1). */
export interface Fill {
  readonly used: number;
  /** The greatest since it was asked before. */
  readonly peak: number;
}

/** Watches what a queue holds. */
export interface FillMeter {
  /** The queue holds this much now. */
  note(used: number): void;
  take(): Fill;
}

/** Creates the meter of a queue that holds at most `bound`. */
export function createFillMeter(bound: number): FillMeter {
  let [latest, peak] = [0, 0];
  return {
    note: (used) => {
      latest = used;
      if (used > peak) peak = used;
    },
    take: () => {
      const fill = { used: latest / bound, peak: peak / bound };
      peak = latest;
      return fill;
    },
  };
}
