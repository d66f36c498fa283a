import { createSystemClock } from '@parley/kit';
import { eventually } from '@parley/testkit';
import { expect, test } from 'vitest';
import { joinRaw } from '../support/raw-client.js';
import { startStandalone } from '../support/standalone-process.js';

const ADMIN_TOKEN = 'canary-admin-token-of-an-operator';

test('O2 the log level of a running process changes at once, and steps of a life are lines', async () => {
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

  expect((await set({ level: 'debug', forS: 600 })).status).toBe(200);
  const ann = await joinRaw(server.url, 'seen');
  ann.frame({ type: 'signal', to: 'p_nobody', link: [1, 1, 0] }, '{}');
  await ann.nextOf('nack');
  ann.frame({ type: 'leave', id: 9 });
  await ann.nextOf('reply');
  ann.close();
  const closedLine = (): string | undefined =>
    server
      .output()
      .split('\n')
      .find((line) => line.includes('"connection-closed"') && line.includes(ann.you));
  await eventually(createSystemClock(), () => (closedLine() === undefined ? 'no last line' : undefined));
  expect((await set({ level: 'error' })).status).toBe(200);
  await eventually(createSystemClock(), () =>
    events().at(-1) === 'log-level-changed' ? undefined : `last: ${events().at(-1) ?? 'none'}`,
  );
  const seen = events();
  for (const event of [
    ...['connection-opened', 'connection-hello', 'participant-joined', 'connection-joined', 'room-created'],
    ...['signal-nacked', 'participant-left', 'room-emptied', 'connection-closed'],
  ]) {
    expect(seen).toContain(event);
  }
  expect(JSON.parse(closedLine() ?? '{}')).toMatchObject({
    ...{ level: 'info', service: 'standalone', room: 'seen', app: 'default', participant: ann.you },
    ...{ code: 1005, reason: 'client', received: 4 },
    connection: expect.stringMatching(/^g_[\w-]+\.2$/) as string,
    node: expect.stringMatching(/^s_/) as string,
  });
  const after = await joinRaw(server.url, 'after');
  after.close();
  await after.closed;
  expect(await server.stop()).toBe(0);
  expect(events().slice(seen.length)).toEqual([]);
});
