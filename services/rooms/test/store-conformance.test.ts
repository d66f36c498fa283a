import { createVirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';

import { createMemoryStore } from '../src/index.js';
import type { Store } from '../src/index.js';
import { storeConformance } from '../src/store/store-conformance.js';
import type { StoreHarness } from '../src/store/store-model.js';

function memoryHarness(spoil: (store: Store) => Store = (store) => store): () => Promise<StoreHarness> {
  return async () => {
    const clock = createVirtualClock();
    const store = createMemoryStore({ clock });
    return {
      store: spoil(store),
      prefix: '',
      advance: (ms) => clock.advance(ms),
      close: () => store.close(),
    };
  };
}

for (const { id, title, run } of storeConformance(1_000)) {
  test(`[N10] R11 memory store ${id}: ${title}`, () => run(memoryHarness()));
}

test.each<[string, (store: Store) => Store]>([
  [
    'commits over anything',
    (store) => ({ ...store, commit: async (ref, _, next) => commitBlindly(store, ref, next) }),
  ],
  ['touches anything', (store) => ({ ...store, touch: async () => 'ok' })],
  ['forgets at once', (store) => ({ ...store, load: async () => undefined })],
])('a store that %s does not pass', async (_, spoil) => {
  const failures: string[] = [];
  for (const { id, run } of storeConformance(20)) {
    await run(memoryHarness(spoil)).catch(() => failures.push(id));
  }
  expect(failures).not.toEqual([]);
});

async function commitBlindly(
  store: Store,
  ...[ref, next]: [Parameters<Store['load']>[0], Parameters<Store['commit']>[2]]
) {
  const now = await store.load(ref);
  return store.commit(ref, now?.state.at, next);
}

test('[N10] memory store: a room is forgotten an hour after its last refresh, and a touch puts that off', async () => {
  const clock = createVirtualClock();
  const store = createMemoryStore({ clock });
  const ref = { app: 'a', room: 'r' };
  const { storedAt } = await import('../src/store/store-model.js');
  await store.commit(ref, undefined, storedAt(ref, [5, 1], [0, 0]));
  await clock.advance(3_599_000);
  expect(await store.touch(ref, [5, 1])).toBe('ok');
  await clock.advance(3_599_000);
  expect(await store.load(ref)).toBeDefined();
  await clock.advance(2_000);
  expect(await store.load(ref)).toBeUndefined();
  await store.close();
  await expect(store.load(ref)).rejects.toThrow('closed');
});
