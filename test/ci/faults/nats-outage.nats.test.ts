import { test } from 'vitest';
import { expectOutageEndured } from './support/outage.js';
import { proxiedNats } from './support/proxied-server.js';

test('R2 R5 F7 a blackholed NATS: degraded in 5 s, joins answered in 2.5 s, nobody disconnected, not ready after 30 s', async () => {
  const proxied = await proxiedNats();
  try {
    await expectOutageEndured(proxied);
  } finally {
    await proxied.stop();
  }
}, 120_000);
