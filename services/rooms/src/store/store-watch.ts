import type { Clock } from '@parley/kit';

import type { Store } from './port.js';

/** Whether the store answers. Part of what makes a replica fit to own rooms, and of its healthy clock. */
export interface StoreWatch {
  /** Pings at once, then at intervals. */
  start(): void;
  /** True while a ping that was sent in the last `freshMs` has been answered. */
  fresh(): boolean;
  stop(): void;
}

/** Creates a stopped watch: a ping each 500 ms (one outstanding), fresh for 2,000 ms unless told otherwise. */
export function createStoreWatch(
  store: Pick<Store, 'ping'>,
  clock: Clock,
  { everyMs = 500, freshMs = 2_000 }: { readonly everyMs?: number; readonly freshMs?: number } = {},
): StoreWatch {
  let goodAt = -Infinity;
  let isOut = false;
  let cancel: (() => void) | undefined;
  const ping = async (): Promise<void> => {
    if (isOut) return;
    isOut = true;
    const sentAt = clock.now();
    try {
      await store.ping();
      goodAt = sentAt;
    } catch {
      // Not fresh tells.
    } finally {
      isOut = false;
    }
  };
  return {
    start: () => {
      if (cancel !== undefined) return;
      cancel = clock.every(everyMs, () => void ping());
      void ping();
    },
    fresh: () => cancel !== undefined && clock.now() - goodAt < freshMs,
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}
