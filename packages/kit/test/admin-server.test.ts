import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createAdminServer, createSystemClock } from '../src/index.js';
import type { AdminServer, AdminServerOptions } from '../src/index.js';
import { createVirtualClock } from './virtual-clock.js';

const servers: AdminServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

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
