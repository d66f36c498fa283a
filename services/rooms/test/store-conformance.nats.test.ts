import { startNats } from '@parley/testkit';
import type { NatsServer } from '@parley/testkit';
import { afterAll, beforeAll, describe, test } from 'vitest';

import type { Store } from '../src/index.js';
import { storeConformance } from '../src/store/store-conformance.js';
import { openNatsStore } from './nats-store-harness.js';

let server: NatsServer;
let store: Store;
let runs = 0;

beforeAll(async () => {
  server = await startNats({ jetstream: true });
  store = await openNatsStore({ url: `${server.url}?storage=memory` });
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

describe('[N10] R11 the NATS store on a real JetStream', () => {
  // Nobody can let an hour pass there: its forgetting has a test of its own.
  for (const { id, title, run } of storeConformance(1_000).filter(({ needs }) => needs === undefined)) {
    test(
      `${id}: ${title}`,
      () => run(async () => ({ store, prefix: `run${++runs}.`, close: async () => undefined })),
      60_000,
    );
  }
});
