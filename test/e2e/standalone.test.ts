import { statSync, readdirSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinRaw, openRaw } from '../support/raw-client.js';
import { runStandalone, startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';

let server: StandaloneProcess;
beforeAll(async () => {
  server = await startStandalone();
});
afterAll(async () => {
  await server?.stop();
});

test('the one start-up line names the addresses, the open mode and the socket driver', () => {
  const lines = server.output().trim().split('\n');
  expect(lines.filter((line) => !line.startsWith('{'))).toHaveLength(1);
  expect(server.startLine).toMatch(/^Parley .*http:\/\/127\.0\.0\.1:\d+/);
  expect(server.startLine).toMatch(/open mode/i);
  expect(server.startLine).toMatch(/uWebSockets\.js|ws/);
});

test('health, readiness, metrics, ICE servers and the page are served where the README says', async () => {
  const status = async (url: string): Promise<number> => (await fetch(url)).status;
  for (const path of ['/', '/healthz', '/readyz']) expect(await status(server.url + path)).toBe(200);
  for (const path of ['/healthz', '/readyz', '/metrics'])
    expect(await status(server.adminUrl + path)).toBe(200);
  expect(await status(`${server.url}/metrics`)).toBe(404);
  expect(await status(`${server.url}/v1/ice-servers`)).toBe(401);
  expect(await status(`${server.url}/turn/credentials?service=turn&username=a`)).toBe(404);
});

test('a dev token opens the ICE servers and a join, and only its own room', async () => {
  const answer = await fetch(`${server.url}/v1/dev-token`, {
    method: 'POST',
    body: JSON.stringify({ room: 'standup', identity: 'ann' }),
  });
  expect(answer.status).toBe(200);
  const { token } = (await answer.json()) as { token: string };
  const ice = await fetch(`${server.url}/v1/ice-servers`, { headers: { authorization: `Bearer ${token}` } });
  expect(ice.status).toBe(200);
  expect(ice.headers.get('cache-control')).toBe('no-store');
  expect(await ice.json()).toEqual({ iceServers: [], ttl: expect.any(Number) as number });
  (await joinRaw(server.url, 'standup', { token })).close();
  await expect(joinRaw(server.url, 'another', { token })).rejects.toThrow(/forbidden/);
});

test('U11 a second process on the port ends with a clear message', async () => {
  const { code, output } = await runStandalone({ PORT: new URL(server.url).port });
  expect(code).toBe(1);
  expect(output).toMatch(/PORT|already|in use/i);
});

test('open mode is refused when NODE_ENV is production, and every configuration error is told at once', async () => {
  const { code, output } = await runStandalone({ NODE_ENV: 'production', ADMIN_PORT: 'nine' });
  expect(code).toBe(1);
  expect(output).toContain('ADMIN_PORT');
  const open = await runStandalone({ NODE_ENV: 'production' });
  expect(open.code).toBe(1);
  expect(open.output).toContain('AUTH_MODE=open');
});

test('the signing secret survives a restart, in a file that only the user can read', async () => {
  const state = mkdtempSync(join(tmpdir(), 'parley-state-'));
  const env = { XDG_STATE_HOME: state, LOCALAPPDATA: state, HOME: state };
  const first = await startStandalone(env);
  const answer = await fetch(`${first.url}/v1/dev-token`, {
    method: 'POST',
    body: JSON.stringify({ room: 'standup', identity: 'ann' }),
  });
  const { token } = (await answer.json()) as { token: string };
  await first.stop();
  const second = await startStandalone(env);
  (await joinRaw(second.url, 'standup', { token })).close();
  expect(await second.stop()).toBe(0);
  const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files).toHaveLength(1);
  if (process.platform !== 'win32') {
    expect(statSync(join(files[0]!.parentPath, files[0]!.name)).mode & 0o777).toBe(0o600);
  }
});

test('[CONN-1] an upgrade that does not offer parley.v1 is refused', async () => {
  await expect(openRaw(`${server.url.replace('http', 'ws')}/v1/connect`, [])).rejects.toThrow('400');
});
