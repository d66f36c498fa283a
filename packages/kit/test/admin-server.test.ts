import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createAdminServer, createSystemClock, loadAdminToken } from '../src/index.js';
import type { AdminRoute, AdminServer, AdminServerOptions } from '../src/index.js';
import { createVirtualClock } from './virtual-clock.js';

const servers: AdminServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

async function start(change: Partial<AdminServerOptions> = {}) {
  const server = createAdminServer({
    host: '127.0.0.1',
    port: 0,
    clock: createSystemClock(),
    ready: () => ({ ready: true, reasons: [] }),
    metrics: async () => 'parley_connections 1\n',
    ...change,
  });
  servers.push(server);
  await server.start();
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port()}${path}`, init);
  return { server, get };
}

describe('admin server', () => {
  test('K4 /healthz answers 200, /readyz 200 or 503 with reasons, /metrics the text', async () => {
    let reasons: string[] = [];
    const { get } = await start({ ready: () => ({ ready: reasons.length === 0, reasons }) });
    expect((await get('/healthz')).status).toBe(200);
    const ready = await get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, reasons: [] }]);
    reasons = ['bus-late'];
    const unready = await get('/readyz');
    expect([unready.status, await unready.json()]).toEqual([503, { ready: false, reasons: ['bus-late'] }]);
    const metrics = await get('/metrics?x=1');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toBe('parley_connections 1\n');
  });

  test('what operators may ask is answered to who has the token alone, and is not there without one', async () => {
    const asked: unknown[] = [];
    const route: AdminRoute = {
      method: 'GET',
      path: '/v1/rooms/*/timeline',
      answer: async ({ parts, query }) => {
        asked.push([...parts, query.get('app')]);
        return { status: 200, body: { ok: true } };
      },
    };
    const path = `/v1/rooms/${encodeURIComponent('회의/1')}/timeline?app=x`;
    const none = await start({ routes: [route] });
    expect((await none.get(path, bearer('undefined'))).status).toBe(404);
    const { get } = await start({ routes: [route], token: 'a token of operators' });
    for (const init of [
      undefined,
      bearer(''),
      bearer('a'),
      { headers: { authorization: 'a token of operators' } },
    ]) {
      expect((await get(path, init)).status).toBe(401);
    }
    expect(asked).toEqual([]);
    const secret = await start({ routes: [route], token: 'a-token-of-operators' });
    const answer = await secret.get(path, bearer('a-token-of-operators'));
    expect([answer.status, await answer.json(), asked]).toEqual([200, { ok: true }, [['회의/1', 'x']]]);
    for (const other of ['/v1/rooms/a/b/timeline', '/v1/rooms/%zz/timeline', '/v1/rooms/a']) {
      expect((await secret.get(other, bearer('a-token-of-operators'))).status).toBe(404);
    }
  });

  test('ADMIN_TOKEN_FILE: the token is what the file holds, and its faults are told without it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley admin '));
    const [good, short] = [join(folder, 'token'), join(folder, 'short')];
    writeFileSync(good, 'a-token-of-operators\n');
    writeFileSync(short, 'geheim\n');
    const load = (adminToken?: string, adminTokenFile?: string) =>
      loadAdminToken({ adminToken, adminTokenFile });
    expect([load(), load('set-in-place'), load(undefined, good)]).toEqual([
      ...[undefined, 'set-in-place', 'a-token-of-operators'],
    ]);
    expect(() => load('set-in-place', good)).toThrow('both set');
    expect(() => load(undefined, join(folder, 'missing'))).toThrow(
      'ADMIN_TOKEN_FILE: cannot be read (ENOENT)',
    );
    expect(() => load(undefined, short)).toThrow(/^(?!.*geheim).*16 characters/s);
    rmSync(folder, { recursive: true });
  });

  test('other paths are 404, other methods 405, HEAD has no body', async () => {
    const { get } = await start();
    expect((await get('/')).status).toBe(404);
    expect((await get('/%zz/..//__proto__')).status).toBe(404);
    expect((await get('/healthz', { method: 'POST', body: 'x' })).status).toBe(405);
    const head = await get('/healthz', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('U4 metrics that never come are answered 503 within 5 s', async () => {
    const clock = createVirtualClock();
    let asked: (() => void) | undefined;
    const asking = new Promise<void>((resolve) => (asked = resolve));
    const metrics = (): Promise<string> => {
      asked?.();
      return new Promise(() => undefined);
    };
    const { get } = await start({ clock, metrics });
    const answer = get('/metrics');
    await asking;
    await clock.run(4999);
    expect((await answer).status).toBe(503);
  });

  test('U2 metrics or readiness that throw are answered 500, and the server goes on', async () => {
    const { get } = await start({
      metrics: () => Promise.reject(new Error('EMFILE')),
      ready: () => {
        throw new Error('bug');
      },
    });
    expect((await get('/metrics')).status).toBe(500);
    expect((await get('/readyz')).status).toBe(500);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('F14 a connection that sends no proper request is ended and harms nobody', async () => {
    const { server, get } = await start();
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(server.port(), '127.0.0.1', () => socket.write('\u0000\u0001 no http\r\n\r\n'));
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toContain('400');
    expect((await get('/healthz')).status).toBe(200);
  });

  test('U11 a taken port is told clearly, with the setting to change', async () => {
    const { server } = await start();
    const second = createAdminServer({
      host: '127.0.0.1',
      port: server.port(),
      clock: createSystemClock(),
      ready: () => ({ ready: true, reasons: [] }),
      metrics: async () => '',
    });
    await expect(second.start()).rejects.toThrow(`port ${server.port()} on 127.0.0.1 is taken`);
    await expect(second.start()).rejects.toThrow('ADMIN_PORT');
    await second.stop();
  });

  test('stop is idempotent and ends open connections', async () => {
    const { server, get } = await start();
    await get('/healthz');
    await Promise.all([server.stop(), server.stop()]);
    await expect(get('/healthz')).rejects.toThrow();
  });
});
