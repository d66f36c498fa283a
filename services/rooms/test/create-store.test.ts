import { createVirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';

import { createStore, STORE_SCHEMES } from '../src/index.js';

test('the memory store needs no more than its scheme', async () => {
  const store = createStore('memory:', { clock: createVirtualClock() });
  expect(await store.load({ app: 'a', room: 'r' })).toBeUndefined();
  await store.close();
  expect(STORE_SCHEMES).toEqual(expect.arrayContaining(['memory', 'redis', 'rediss']));
});

test.each([
  'unknown://u:canary-of-a-password@h',
  'redis://u:canary-of-a-password@h/name',
  'canary-of-a-password',
])('X1 what there is no driver for is refused without its password: %s', (url) => {
  const open = (): unknown => createStore(url, { clock: createVirtualClock() });
  expect(open).toThrow(RangeError);
  expect(open).toThrow(/^(?!.*canary)/s);
});
