import { createSystemClock } from '@parley/kit';
import { startRedis } from '@parley/testkit';
import type { RedisServer } from '@parley/testkit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, test } from 'vitest';

import { createStore } from '../src/store/create-store.js';
import type { Store } from '../src/store/port.js';
import { storeConformance } from '../src/store/store-conformance.js';
import type { StoreHarness } from '../src/store/store-model.js';

/** Makes each key of a prefix older: Redis offers no clock to turn. */
const AGE = `
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, math.max(left - ARGV[2], 0)) end
end`;

let server: RedisServer;
let admin: Redis;
let store: Store;
let runs = 0;

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
  store = createStore(server.url, { clock: createSystemClock() });
});

afterAll(async () => {
  admin.disconnect();
  await store.close();
  await server.stop();
});

/** One store for all: apps of a run have a prefix of their own. */
async function createHarness(): Promise<StoreHarness> {
  runs += 1;
  const prefix = `run${runs}.`;
  return {
    ...{ store, prefix },
    advance: async (ms) => void (await admin.eval(AGE, 0, `parley:room:\\["${prefix}*`, ms)),
    close: async () => undefined,
  };
}

for (const { id, title, run } of storeConformance(1_000)) {
  test(`[N10] R11 Redis store ${id}: ${title}`, () => run(createHarness), 60_000);
}
