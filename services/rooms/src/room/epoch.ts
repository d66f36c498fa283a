const YEAR_2026_MS = Date.UTC(2026, 0, 1);
/** 2^14 terms a millisecond; as many at random, so that two owners that draw at once draw apart. */
const TERMS_PER_MS = 16_384;

/** What a new epoch has to be above. */
export interface EpochSources {
  /** The epoch of the room as loaded. */
  readonly state: number;
  /** The highest epoch that this owner saw of this room, anywhere. */
  readonly highestSeen: number;
  /** Milliseconds since the Unix epoch, by this process's clock (right or wrong). */
  readonly wallMs: number;
}

/**
 * An epoch that nobody has committed under: above all that is known, and so far along in time that one of a store that
 * went back is passed over. `below` gives a random integer below its argument.
 */
export function nextEpoch(sources: EpochSources, below: (bound: number) => number): number {
  const byTime = Math.floor((sources.wallMs - YEAR_2026_MS) * TERMS_PER_MS);
  return Math.max(sources.state, sources.highestSeen, byTime) + 1 + below(TERMS_PER_MS);
}
