/** Counts mints by participant. */
export interface MintLimit {
  /** Takes one mint: 0, or the milliseconds until the next one is allowed (and then nothing is taken). */
  take(user: string, now: number): number;
  /** Participants that are remembered. */
  readonly size: number;
}

/** How many mints a participant has in which time. */
export interface MintLimitOptions {
  readonly mints: number;
  readonly windowMs: number;
  /** Beyond this many the one that minted longest ago is forgotten. */
  readonly maxUsers: number;
}

/** Creates a limit that holds in any window of its length, not only in aligned ones. `now` is monotonic milliseconds. */
export function createMintLimit({ mints, windowMs, maxUsers }: MintLimitOptions): MintLimit {
  const users = new Map<string, readonly number[]>();
  return {
    take: (user, now) => {
      const recent = (users.get(user) ?? []).filter((at) => now - at < windowMs);
      const [oldest] = recent;
      if (recent.length >= mints && oldest !== undefined) return oldest + windowMs - now;
      // Maps keep the order of insertion: whoever mints moves to the end.
      users.delete(user);
      users.set(user, [...recent, now]);
      const [first] = users.keys();
      if (users.size > maxUsers && first !== undefined) users.delete(first);
      return 0;
    },
    get size() {
      return users.size;
    },
  };
}
