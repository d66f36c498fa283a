import { test } from 'vitest';
import { expectNoStaleRoster } from './support/no-stale-roster.js';
import { proxiedRedis } from './support/proxied-server.js';

test('R4 I1 500 resets of all links to Redis under joins and leaves: 2 s after the last no roster is stale', async () => {
  const proxied = await proxiedRedis();
  try {
    await expectNoStaleRoster(proxied);
  } finally {
    await proxied.stop();
  }
}, 90_000);
