import { request } from 'node:http';

import { afterEach, describe, expect, test } from 'vitest';

import { createHttpServer } from '../src/index.js';
import { setUp, TOKEN } from './fixtures.js';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('as a process of its own', () => {
  const get = (
    port: number,
    path: string,
    options: object = {},
  ): Promise<{ status: number; body: string; type: unknown }> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, ...options }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: text, type: response.headers['content-type'] }),
        );
      });
      sent.on('error', reject);
      sent.end();
    });

  test('U4 routes by method and path; a route that throws is 500, and nothing of it is told', async () => {
    const { service, telemetry } = setUp();
    const broken = {
      method: 'GET',
      path: '/broken',
      answer: () => Promise.reject(new Error(TOKEN)),
    } as const;
    const routes = [...service.routes, broken];
    const server = createHttpServer({ host: '127.0.0.1', port: 0, routes, telemetry });
    await server.start();
    stops.push(server.stop);
    const port = server.port();
    const headers = { authorization: `Bearer ${TOKEN}` };
    const good = await get(port, '/v1/ice-servers?region=eu', { headers });
    expect(good).toMatchObject({ status: 200, type: 'application/json' });
    expect(JSON.parse(good.body)).toMatchObject({ ttl: 600 });
    expect((await get(port, '/v1/ice-servers')).status).toBe(401);
    expect((await get(port, '/v1/ice-servers', { method: 'POST' })).status).toBe(405);
    const preflight = { method: 'OPTIONS', headers: { origin: 'https://any.example' } };
    expect((await get(port, '/v1/ice-servers', preflight)).status).toBe(204);
    expect((await get(port, '/turn/credentials')).status).toBe(404);
    expect((await get(port, '/')).status).toBe(404);
    expect((await get(port, '/broken')).status).toBe(500);
    expect(telemetry.events('http-route-failed')).toHaveLength(1);
    expect(JSON.stringify(telemetry.events())).not.toContain(TOKEN);
  });

  test('U11 a port that is taken is refused', async () => {
    const { service, telemetry } = setUp();
    const options = { host: '127.0.0.1', routes: service.routes, telemetry };
    const first = createHttpServer({ ...options, port: 0 });
    await first.start();
    stops.push(first.stop);
    await expect(createHttpServer({ ...options, port: first.port() }).start()).rejects.toThrow(/taken.*PORT/);
  });
});
