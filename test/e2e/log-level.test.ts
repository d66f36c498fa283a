import { expect, test } from 'vitest';
import { joinRaw } from '../support/raw-client.js';
import { startStandalone } from '../support/standalone-process.js';

const ADMIN_TOKEN = 'canary-admin-token-of-an-operator';

test('O2 the log level of a running process changes at once and goes back by itself; steps of a life are lines', async () => {
  const server = await startStandalone({ LOG_LEVEL: 'error', ADMIN_TOKEN });
  const set = (wish: object, token = ADMIN_TOKEN): Promise<Response> =>
    fetch(`${server.adminUrl}/log-level`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(wish),
    });
  const events = (): string[] =>
    server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => (JSON.parse(line) as { event: string }).event);
  (await joinRaw(server.url, 'unseen')).close();
  expect((await set({ level: 'debug' }, 'canary-somebody-else')).status).toBe(401);
  expect(events()).toEqual([]);

  expect((await set({ level: 'debug', forS: 1 })).status).toBe(200);
  const ann = await joinRaw(server.url, 'seen');
  ann.frame({ type: 'signal', to: 'p_nobody', link: [1, 1, 0] }, '{}');
  await ann.nextOf('nack');
  ann.frame({ type: 'leave', id: 9 });
  await ann.nextOf('reply');
  ann.close();
  await ann.closed;
  // By the end of its second everything of that life is out, and nothing comes after it.
  while (!events().slice(1).includes('log-level-changed')) await joined(server.url);
  const seen = events();
  for (const event of [
    ...['connection-opened', 'connection-hello', 'participant-joined', 'connection-joined', 'room-created'],
    ...['signal-nacked', 'participant-left', 'room-emptied', 'connection-closed'],
  ]) {
    expect(seen).toContain(event);
  }
  const lines = server.output().split('\n');
  const closed = lines.find((line) => line.includes('"connection-closed"') && line.includes(ann.you));
  expect(JSON.parse(closed ?? '{}')).toMatchObject({
    ...{ level: 'info', service: 'standalone', room: 'seen', app: 'default', participant: ann.you },
    ...{ code: 1005, reason: 'client', received: 4 },
    connection: expect.stringMatching(/^g_[\w-]+\.2$/) as string,
    node: expect.stringMatching(/^s_/) as string,
  });
  await joined(server.url);
  expect(events().length).toBe(seen.length);
  expect(await server.stop()).toBe(0);
});

async function joined(url: string): Promise<void> {
  const client = await joinRaw(url, 'after');
  client.close();
  await client.closed;
}
