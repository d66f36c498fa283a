/** A picture that stands still for so long has stopped, not just paused. */
export const STALL_MS = 4_000;

/** Watches whether a picture moves on. */
export interface StallWatch {
  /** `frames` shown so far, at `now` in milliseconds; true: none came for 4 s. */
  seen(frames: number, now: number): boolean;
  /** Nobody looked for a while (a hidden tab shows no frames): begins anew. */
  rest(): void;
}

/** A watch that has seen nothing yet. */
export function createStallWatch(): StallWatch {
  let last = -1;
  let since: number | undefined;
  return {
    seen(frames, now) {
      if (frames !== last || since === undefined) {
        last = frames;
        since = now;
      }
      return now - since >= STALL_MS;
    },
    rest() {
      since = undefined;
    },
  };
}
