/** A time in which this process stood still, in ms of `performance.now()`. */
export interface Stall {
  readonly from: number;
  readonly to: number;
}

/** Notes when the process that makes the load stands still itself: what bunches up meanwhile is not the server's doing. */
export function watchStalls(): { stop(): readonly Stall[] } {
  const stalls: Stall[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - last > STALL_MS) stalls.push({ from: last, to: now + BACKLOG_MS });
    last = now;
  }, LOOK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return stalls;
    },
  };
}

const LOOK_MS = 10;
const STALL_MS = 100;
/** What waited meanwhile is taken so soon after it. */
const BACKLOG_MS = 250;

/** How many moments there are a second. */
export interface Rate {
  /** On average from the first to the last. */
  readonly mean: number;
  /** At most in any second in which this process did not stand still. */
  readonly most: number;
  /** The share of the moments that lie in no such second. */
  readonly unjudged: number;
}

/** Of moments in ms. */
export function rateOf(moments: readonly number[], stalls: readonly Stall[]): Rate {
  const sorted = [...moments].sort((a, b) => a - b);
  const span = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  const isClear = (from: number, to: number): boolean =>
    stalls.every((stall) => stall.to < from || stall.from > to);
  const judged = new Set<number>();
  let [first, most] = [0, 0];
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[first] ?? 0) >= 1_000) first += 1;
    if (!isClear(at - 1_000, at)) continue;
    most = Math.max(most, index - first + 1);
    for (let one = index; one >= first && !judged.has(one); one -= 1) judged.add(one);
  }
  return {
    mean: Math.round((sorted.length * 1_000) / span),
    most,
    unjudged: 1 - judged.size / Math.max(sorted.length, 1),
  };
}
