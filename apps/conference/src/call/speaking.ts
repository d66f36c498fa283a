/** Loudness (root mean square, 0 to 1) from which somebody speaks; and for how long after, so that pauses do not flicker. */
const LOUD = 0.015;
const LINGER_MS = 900;

/** Who speaks, from how loud they are. */
export interface Speaking {
  /** Levels by id, at `now` in milliseconds; gives who speaks, always the same set while it has the same members. */
  heard(levels: ReadonlyMap<string, number>, now: number): ReadonlySet<string>;
}

/** Nobody speaks yet. */
export function createSpeaking(): Speaking {
  let until = new Map<string, number>();
  let told: ReadonlySet<string> = new Set();
  return {
    heard(levels, now) {
      const next = new Map<string, number>();
      for (const [id, level] of levels) {
        const end = level >= LOUD ? now + LINGER_MS : (until.get(id) ?? 0);
        if (end > now) next.set(id, end);
      }
      until = next;
      const same = next.size === told.size && [...next.keys()].every((id) => told.has(id));
      if (!same) told = new Set(next.keys());
      return told;
    },
  };
}

/** A level as the meter shows it, 0 to 1: loudness is heard by its logarithm. */
export function meterOf(level: number): number {
  const decibels = 20 * Math.log10(Math.max(level, 1e-5));
  return Math.min(1, Math.max(0, (decibels + 60) / 50));
}
