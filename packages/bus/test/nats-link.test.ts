import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createSystemClock } from '@parley/kit';
import { eventually } from '@parley/testkit';
import { expect, test } from 'vitest';

import { natsConnectionOptions } from '../src/nats/nats-connection-options.js';
import { openNatsLink } from '../src/nats/nats-link.js';
import { parseNatsUrl } from '../src/nats/nats-url.js';

const clock = createSystemClock();
const INFO = { server_id: 'S', version: '2.10.0', max_payload: 1_048_576, headers: true, proto: 1 };

/** As much of a NATS server as a handshake needs; `answers` says of each connection, from 1 on, whether it is answered. */
async function fakeServer(
  answers: (connection: number) => boolean,
): Promise<{ url: string; connections: Socket[]; close(): void }> {
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    const number = connections.push(socket);
    socket.on('error', () => undefined);
    socket.write(`INFO ${JSON.stringify(INFO)}\r\n`);
    socket.on('data', (bytes) => {
      if (!bytes.includes('PING')) return;
      if (answers(number)) socket.write('PONG\r\n');
      else socket.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    close: () => {
      for (const socket of connections) socket.destroy();
      server.close();
    },
  };
}

test('R4 an attempt that is reset in the middle of its handshake is not waited for until it times out', async () => {
  const server = await fakeServer((connection) => connection === 1 || connection > 4);
  const told: string[] = [];
  const link = openNatsLink(
    natsConnectionOptions(parseNatsUrl(server.url), { name: 'test', prefix: 'p' }),
    clock,
    {
      up: () => told.push('up'),
      down: () => undefined,
      fault: () => undefined,
    },
  );
  try {
    await eventually(clock, () => (told.length === 1 ? undefined : 'not up'), 5_000);
    const brokenAt = clock.now();
    server.connections[0]?.resetAndDestroy();
    await eventually(clock, () => (told.length === 2 ? undefined : 'not up again'), 10_000);
    expect(server.connections).toHaveLength(5);
    // Four pauses of 50 to 500 ms; one attempt that is waited for takes 2 s.
    expect(clock.now() - brokenAt).toBeLessThan(4 * 500 + 1_500);
  } finally {
    await link.close();
    server.close();
  }
});
