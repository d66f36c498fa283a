import type { Timers } from '../timers.js';

/** What the watch works with. */
export interface StarvationWatchOptions {
  readonly timers: Timers;
  readonly everyMs: number;
  /** Publishes a beat that comes back by `hear`; rejects where that is not possible now. */
  readonly beat: () => Promise<unknown>;
  /** Called when so many beats in a row were published and not heard: whoever should hear is deaf. */
  readonly onStarved: () => void;
}

/** Beats in a row that may stay unheard: the last one may still be on its way. */
const MOST_UNHEARD = 2;

/**
 * Sends beats through the broker to oneself. Counts beats, not time, so that a stall of this process is no alarm; one that
 * could not be published counts neither way.
 */
export function watchStarvation(options: StarvationWatchOptions): { hear(): void; stop(): void } {
  let unheard = 0;
  let beating = false;
  const beat = async (): Promise<void> => {
    if (beating) return;
    if (unheard > MOST_UNHEARD) {
      unheard = 0;
      options.onStarved();
    }
    beating = true;
    try {
      await options.beat();
      unheard += 1;
    } catch {
      // The link that cannot publish is looked after by its own timeout.
    } finally {
      beating = false;
    }
  };
  const stop = options.timers.every(options.everyMs, () => void beat());
  return { hear: () => void (unheard = 0), stop };
}
