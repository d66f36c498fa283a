import { request } from 'node:http';

import { expect, test } from 'vitest';

import type { HttpAnswer, HttpRoute, RequestHead } from '../../../src/socket/port.js';
import { ask, rawClient, statusOf } from '../raw-client.js';
import { eventually, rig } from '../rig.js';
import type { Driver } from '../rig.js';

const never = (): Promise<HttpAnswer> => new Promise(() => undefined);
const text = (body: string): HttpAnswer => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });

const routes: HttpRoute[] = [
  { method: 'GET', path: '/hello', answer: ({ query }) => text(`hello ${query}`) },
  {
    method: 'GET',
    path: '/later',
    answer: () => new Promise((resolve) => setImmediate(() => resolve(text('later')))),
  },
  { method: 'GET', path: '/page/*', answer: ({ path }) => text(path) },
  { method: 'GET', path: '/page/exact', answer: () => text('exact') },
  {
    method: 'POST',
    path: '/size',
    answer: (_head, body) => text(`${body.length} ${body.every((byte) => byte === 0x61)}`),
  },
  {
    method: 'OPTIONS',
    path: '/size',
    answer: () => ({ status: 204, headers: { 'access-control-allow-origin': '*' } }),
  },
  { method: 'GET', path: '/bytes', answer: () => ({ status: 200, body: Uint8Array.of(0, 255, 10) }) },
  { method: 'GET', path: '/stuck', answer: never },
];

/** A request of node's own client on one connection. */
function send(
  port: number,
  method: string,
  path: string,
  body = '',
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const client = request({ port, host: '127.0.0.1', method, path, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('latin1'),
        }),
      );
    });
    client.on('error', reject);
    client.end(body);
  });
}

/** U4 and the HTTP side of the port. */
export function httpCases(driver: Driver): void {
  answers(driver);
  bodies(driver);
  deadlines(driver);
  oddRequests(driver);
}

function answers(driver: Driver): void {
  test.each([
    ['GET', '/hello?a=1', 200, 'hello a=1'],
    ['GET', '/later', 200, 'later'],
    ['GET', '/page/any/thing', 200, '/page/any/thing'],
    ['GET', '/page/exact', 200, 'exact'],
    ['GET', '/bytes', 200, '\x00\xff\n'],
    ['HEAD', '/hello', 200, ''],
    ['OPTIONS', '/size', 204, ''],
    ['GET', '/nowhere', 404, 'Not found\n'],
    ['GET', '/hello/', 404, 'Not found\n'],
    ['POST', '/hello', 405, 'Method not allowed\n'],
    ['DELETE', '/nowhere', 404, 'Not found\n'],
  ])('%s %s answers %i', async (method, path, status, body) => {
    const { port } = await rig(driver, { routes });
    expect(await send(port, method, path)).toMatchObject({ status, body });
  });

  test('HEAD carries the length of GET and no body, and the connection goes on', async () => {
    const { port } = await rig(driver, { routes });
    const two = 'HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n';
    const client = await rawClient(port, two);
    await eventually(() => (client.got().includes('\r\n\r\n') ? undefined : 'no answer'));
    expect(client.got()).toMatch(/content-length: 6/i);
    client.tcp.write('GET /hello HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => (client.got().endsWith('hello ') ? undefined : client.got()));
    expect(client.got().match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  test('headers of an answer arrive, the head of a request is seen', async () => {
    const heads: RequestHead[] = [];
    const answer = (head: RequestHead): HttpAnswer => {
      heads.push(head);
      return { status: 201, headers: { 'X-Made': 'yes' }, body: '{}' };
    };
    const { port } = await rig(driver, { routes: [{ method: 'GET', path: '/head', answer }] });
    const got = await ask(
      port,
      'GET /head?q=%7f HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n',
      /\{\}$/,
    );
    expect(statusOf(got)).toBe(201);
    expect(got).toMatch(/x-made: yes/i);
    expect(heads[0]).toMatchObject({ method: 'GET', path: '/head', query: 'q=%7f', address: '127.0.0.1' });
    expect(heads[0]?.headers.get('authorization')).toBe('Bearer x');
    expect(heads[0]?.headers.get('cookie')).toBe('a=1; b=2');
  });
}

function bodies(driver: Driver): void {
  test.each([0, 1, 64 * 1024])('a body of %i bytes arrives whole', async (size) => {
    const { port } = await rig(driver, { routes });
    expect((await send(port, 'POST', '/size', 'a'.repeat(size))).body).toBe(`${size} true`);
  });

  test.each([64 * 1024 + 1, 600 * 1024])('a body of %i bytes gets 413 without a call', async (size) => {
    const { port, faults } = await rig(driver, { routes });
    expect((await send(port, 'POST', '/size', 'a'.repeat(size))).status).toBe(413);
    expect(faults).toEqual([]);
    expect((await send(port, 'GET', '/hello')).status).toBe(200);
  });

  test('a body without end is cut off with 413', async () => {
    const { port } = await rig(driver, { routes });
    const client = await rawClient(
      port,
      'POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n',
    );
    const more = Buffer.alloc(64 * 1024);
    for (let sent = 0; sent < 3_000_000 && !client.ended(); sent += more.length) {
      client.tcp.write(more);
      await new Promise((turn) => setImmediate(turn));
    }
    await eventually(() => (client.ended() ? undefined : 'still open'));
    expect(['', ' 413']).toContain(client.got().slice(8, 12));
  });
}

function deadlines(driver: Driver): void {
  test('U4 a route that never answers gets 503 after 5 s', async () => {
    const { port, clock } = await rig(driver, { routes });
    const idle = clock.pending;
    const client = await rawClient(port, 'GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => (clock.pending === idle + 1 ? undefined : 'not pending'));
    clock.advance(4_999);
    await new Promise((turn) => setImmediate(turn));
    expect(client.got()).toBe('');
    clock.advance(1);
    await eventually(() => (client.got().includes('\r\n\r\n') ? undefined : 'no answer'));
    expect(statusOf(client.got())).toBe(503);
    expect(client.got()).toMatch(/retry-after: 1/i);
    expect(clock.pending).toBe(idle);
  });

  test('U4 a body that stops half-way gets 408 after 5 s', async () => {
    const { port, clock } = await rig(driver, { routes });
    const idle = clock.pending;
    const client = await rawClient(port, 'POST /size HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
    await eventually(() => (clock.pending === idle + 1 ? undefined : 'not pending'));
    clock.advance(5_000);
    await eventually(() => (client.ended() ? undefined : 'still open'));
    expect(statusOf(client.got())).toBe(408);
    expect(clock.pending).toBe(idle);
  });

  test('a client that goes away before its answer leaves nothing behind', async () => {
    let answerNow = (): void => undefined;
    const answer = () => new Promise<HttpAnswer>((resolve) => (answerNow = () => resolve(text('late'))));
    const { port, clock, faults } = await rig(driver, { routes: [{ method: 'GET', path: '/wait', answer }] });
    const idle = clock.pending;
    const client = await rawClient(port, 'GET /wait HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => (clock.pending === idle + 1 ? undefined : 'not pending'));
    client.tcp.resetAndDestroy();
    await eventually(() => (clock.pending === idle ? undefined : 'still pending'));
    answerNow();
    await new Promise((turn) => setImmediate(turn));
    expect(faults).toEqual([]);
    expect(statusOf(await ask(port, 'GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n'))).toBe(404);
  });
}

function oddRequests(driver: Driver): void {
  test('a request that offers another upgrade on an ordinary path is answered as if it had not', async () => {
    const { port } = await rig(driver, { routes });
    const offer =
      'GET /hello HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n';
    expect(statusOf(await ask(port, offer))).toBe(200);
  });

  test('what is not HTTP is refused, and the server goes on', async () => {
    const { port } = await rig(driver, { routes });
    const client = await rawClient(port, '\x16\x03\x01\x00 not http at all\r\n\r\n');
    await eventually(() => (client.ended() ? undefined : 'still open'));
    expect((await send(port, 'GET', '/hello')).status).toBe(200);
  });
}
