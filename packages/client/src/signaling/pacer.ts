import type { Limits } from '@parley/protocol';
import type { ClientClock } from '../ports.js';
import { createTimer } from '../timer.js';

const SHARE = 0.8;
const MOST_FRAMES = 1_024;

/** Keeps all signals of a client below the rate that the server told, so that none is dropped for it. */
export interface Pacer {
  /** A new connection with its own allowance; `send` writes to it. */
  open(limits: Limits, send: (frame: string) => void): void;
  /**
   * Sends a frame, at once or when the rate allows it; one that waits under the same key is replaced. False when 1,024
   * frames wait, or there is no connection: the frame is dropped, which links mend.
   */
  offer(key: string, frame: string): boolean;
  /** Something else was sent that counts against the rate. */
  spend(): void;
  /** The server says that it is too fast: nothing for so long. */
  slow(ms: number): void;
  /** The connection is gone, and all that waits with it. */
  close(): void;
}

/** A pacer without a connection: 80 % of the told rate, with the told burst. */
export function createPacer(clock: ClientClock): Pacer {
  const waiting = new Map<string, string>();
  let send: ((frame: string) => void) | undefined;
  let perMs = 0;
  let burst = 0;
  let level = 0;
  let filledAt = 0;
  const timer = createTimer(clock);

  const refill = (): void => {
    const now = clock.now();
    level = Math.min(burst, level + (now - filledAt) * perMs);
    filledAt = now;
  };
  const close = (): void => {
    timer.stop();
    send = undefined;
    waiting.clear();
  };
  const drain = (): void => {
    refill();
    for (const [key, frame] of waiting) {
      // What remains of a fraction is rounding: a timer that fires on time must find a whole frame.
      if (level < 1 - 1e-6) break;
      level -= 1;
      waiting.delete(key);
      send?.(frame);
    }
    if (waiting.size > 0) timer.set(Math.max(1, (1 - level) / perMs), drain);
  };
  return {
    open(limits, to) {
      close();
      perMs = (SHARE * limits.signalsPerSecond) / 1_000;
      level = burst = limits.burst;
      refill();
      send = to;
    },
    offer(key, frame) {
      if (!send || (waiting.size >= MOST_FRAMES && !waiting.has(key))) return false;
      waiting.set(key, frame);
      if (!timer.active) drain();
      return true;
    },
    spend() {
      refill();
      level -= 1;
    },
    slow(ms) {
      refill();
      level = Math.min(level, -ms * perMs);
    },
    close,
  };
}
