import { test } from 'vitest';
import { expectOutageEndured } from './support/outage.js';
import { proxiedRedis } from './support/proxied-server.js';

test('R2 R5 F7 a blackholed Redis: degraded in 5 s, joins answered in 2.5 s, nobody disconnected, not ready after 30 s', async () => {
  const proxied = await proxiedRedis();
  try {
    await expectOutageEndured(proxied);
  } finally {
    await proxied.stop();
  }
}, 120_000);
