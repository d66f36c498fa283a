import type { Clock, Telemetry } from '@parley/kit';
import type { Store } from './port.js';

/** The same store, with how long its calls take and which fail put into metrics. Pings are left to who watches. */
export function measureStore(
  store: Store,
  { clock, telemetry }: { readonly clock: Pick<Clock, 'now'>; readonly telemetry: Telemetry },
): Store {
  let pending = 0;
  const change = (by: number): void => {
    pending += by;
    telemetry.gauge('parley_store_calls_pending', pending);
  };
  const measured = async <T>(operation: string, call: () => Promise<T>): Promise<T> => {
    const startedAt = clock.now();
    change(1);
    try {
      return await call();
    } catch (error) {
      telemetry.count('parley_store_failures_total', { operation });
      throw error;
    } finally {
      change(-1);
      telemetry.observe('parley_store_call_seconds', (clock.now() - startedAt) / 1_000, { operation });
    }
  };
  return {
    ...store,
    load: (room) => measured('load', () => store.load(room)),
    commit: (room, expected, next) => measured('commit', () => store.commit(room, expected, next)),
    touch: (room, expected) => measured('touch', () => store.touch(room, expected)),
  };
}
