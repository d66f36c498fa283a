import { test } from 'vitest';
import { expectNoStaleRoster } from './support/no-stale-roster.js';
import { proxiedNats } from './support/proxied-server.js';

test('R4 I1 500 resets of all links to NATS under joins and leaves: 2 s after the last no roster is stale', async () => {
  const proxied = await proxiedNats();
  try {
    await expectNoStaleRoster(proxied);
  } finally {
    await proxied.stop();
  }
}, 90_000);
