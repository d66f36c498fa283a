import { encodeBody } from '@parley/protocol/internal';
import { createVirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { DEFAULT_GATEWAY_CONFIG } from '../../src/config.js';
import type { GatewayConfig } from '../../src/config.js';
import { timelineRoutes } from '../../src/http/timeline-route.js';
import type { HttpAnswer, RequestHead } from '../../src/socket/port.js';

const KEY = 'k'.repeat(22);
const ALLOWED = 'https://call.example';
const JWT: GatewayConfig['origins'] = { mode: 'jwt', allowed: new Set([ALLOWED]), allowNoOrigin: false };

type Given = Partial<Pick<RequestHead, 'query' | 'address'>> & Readonly<Record<string, string>>;

function rig(change: Partial<GatewayConfig> = {}, owners: readonly string[] = ['r_1']) {
  const clock = createVirtualClock();
  const asked: string[] = [];
  const routes = timelineRoutes({
    config: { ...DEFAULT_GATEWAY_CONFIG, origins: JWT, ...change },
    endpoint: {
      request: async (_to, body) => {
        asked.push(new TextDecoder().decode(body));
        return encodeBody({ type: 'timeline', timeline: { you: 'p_a', pairs: [] } });
      },
    },
    directory: { owners: () => owners },
    clock,
    hash: (text) => `hash of ${text.length}`,
  });
  const ask = async (
    method: string,
    { query = 'room=r', address = '192.0.2.1', ...headers }: Given = {},
  ): Promise<HttpAnswer> => {
    const route = routes.find((one) => one.method === method);
    if (route === undefined) throw new Error('no route');
    const head = { method, path: '/v1/timeline', query, address, headers: new Map(Object.entries(headers)) };
    return route.answer(head, new Uint8Array());
  };
  return { clock, asked, routes, ask };
}

const KEYED = { authorization: `Bearer ${KEY}` };

test('HTTP-5 of the key nothing but a hash goes on, and the answer is what the rooms service says', async () => {
  const { ask, asked } = rig();
  const answer = await ask('GET', { ...KEYED, query: 'room=%ED%9A%8C%EC%9D%98&app=mine' });
  expect(answer).toMatchObject({ status: 200, body: '{"you":"p_a","pairs":[]}' });
  expect(asked).toEqual(['{"type":"timeline","app":"mine","room":"회의","keyHash":"hash of 22"}']);
});

test.each([
  ['no room', { ...KEYED, query: '' }, 400],
  ['a room that is no name', { ...KEYED, query: 'room=%0A' }, 400],
  ['no key', {}, 401],
  ['what is no key', { authorization: 'Bearer short' }, 401],
])('HTTP-5 %s asks nobody', async (_what, given, status) => {
  const { ask, asked } = rig();
  expect((await ask('GET', given)).status).toBe(status);
  expect(asked).toEqual([]);
});

test('X8 HTTP-5 one address asks five times at once and then each 2 s, all together no more than twenty', async () => {
  const { ask, clock } = rig();
  const burst = async (address: string, times: number): Promise<number[]> => {
    const statuses: number[] = [];
    for (let at = 0; at < times; at += 1) statuses.push((await ask('GET', { ...KEYED, address })).status);
    return statuses;
  };
  expect(await burst('192.0.2.1', 6)).toEqual([200, 200, 200, 200, 200, 429]);
  expect((await ask('GET', KEYED)).headers?.['retry-after']).toBe('2');
  await clock.advance(2_000);
  expect(await burst('192.0.2.1', 2)).toEqual([200, 429]);
  const all = await Promise.all(Array.from({ length: 30 }, (_, at) => burst(`198.51.100.${at}`, 1)));
  expect(all.flat().filter((status) => status === 200).length).toBeLessThanOrEqual(20);
});

test('X2 HTTP-5 pages of allowed Origins alone may ask with a key, and read the answer', async () => {
  const { ask } = rig();
  expect(await ask('OPTIONS', { origin: ALLOWED })).toMatchObject({
    status: 204,
    headers: { 'access-control-allow-origin': ALLOWED, 'access-control-allow-headers': 'Authorization' },
  });
  expect((await ask('OPTIONS', { origin: 'https://evil.example' })).status).toBe(403);
  expect((await ask('GET', { ...KEYED, origin: ALLOWED })).headers).toMatchObject({
    vary: 'Origin',
    'access-control-allow-origin': ALLOWED,
  });
  expect((await ask('GET', { ...KEYED, origin: 'https://evil.example' })).headers).not.toHaveProperty(
    'access-control-allow-origin',
  );
});

test('HTTP-5 without an owner 503; without a recorder there is no route', async () => {
  expect(await rig({}, []).ask('GET', KEYED)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(rig({ flightRecorderEvents: 0 }).routes).toEqual([]);
});
