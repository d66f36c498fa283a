import type { Store } from '../store/port.js';
import type { Context } from './context.js';
import { StoreFailure } from './store-failure.js';
import type { Turn } from './turn.js';

/** With the way there and back, and the time that a full room waits, a request is answered within 2.5 s. */
const TURN_STORE_MS = 2_200;

/**
 * One call of the store, which may take what is left of the time that a turn has for all of its calls. Rejects with a
 * StoreFailure: what the call did, or still does, is unknown.
 */
export async function callStore<T>(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  turn: Turn,
  call: (store: Store) => Promise<T>,
): Promise<T> {
  const startedAt = clock.now();
  const left = TURN_STORE_MS - turn.storeMs;
  if (left <= 0) throw new StoreFailure('its time is over');
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(left, () => reject(new StoreFailure('it does not answer')));
  });
  try {
    return await Promise.race([call(store), late]);
  } catch (error) {
    throw error instanceof StoreFailure ? error : new StoreFailure('it failed', { cause: error });
  } finally {
    cancel();
    turn.storeMs += clock.now() - startedAt;
  }
}
