import type { CancelTimer, ClientClock } from './ports.js';

/** A timer that is due once at most. */
export interface Timer {
  /** Due in so many milliseconds; what was set before is void. */
  set(ms: number, run: () => void): void;
  stop(): void;
  /** Whether it is set and not due yet. */
  readonly active: boolean;
}

/** A timer that is not set. */
export function createTimer(clock: ClientClock): Timer {
  let cancel: CancelTimer | undefined;
  const stop = (): void => {
    cancel?.();
    cancel = undefined;
  };
  return {
    get active() {
      return Boolean(cancel);
    },
    stop,
    set(ms, run) {
      stop();
      cancel = clock.after(ms, () => {
        cancel = undefined;
        run();
      });
    },
  };
}
