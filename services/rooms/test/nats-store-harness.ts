import { createSystemClock } from '@parley/kit';
import { eventually } from '@parley/testkit';

import { createNatsStore } from '../src/store/nats/create-nats-store.js';
import type { NatsStoreOptions } from '../src/store/nats/create-nats-store.js';
import type { Store } from '../src/index.js';

const clock = createSystemClock();

/** A NATS store on that server; resolves once it answers. */
export async function openNatsStore(options: Omit<NatsStoreOptions, 'clock'>): Promise<Store> {
  const store = createNatsStore({ clock, ...options });
  await answering(store);
  return store;
}

/** Resolves once the store answers again. */
export async function answering(store: Store): Promise<void> {
  let problem: string | undefined = 'no answer yet';
  let isOut = false;
  await eventually(
    clock,
    () => {
      if (!isOut && problem !== undefined) {
        isOut = true;
        store.ping().then(
          () => (problem = undefined),
          (error: unknown) => {
            problem = String(error);
            isOut = false;
          },
        );
      }
      return problem;
    },
    10_000,
  );
}
