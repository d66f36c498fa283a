import { createHmac } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import type { HttpAnswer } from '../src/index.js';
import { head, NOW, REST_KEY, SECRET, setUp, TOKEN, withToken } from './fixtures.js';

const body = (answer: HttpAnswer): Record<string, unknown> => JSON.parse(answer.body);

describe('GET /v1/ice-servers', () => {
  test('X9 gives the bearer of a room token the array and its time, not to be stored', async () => {
    const answer = await setUp().service.answerIceServers(withToken());
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(Object.keys(body(answer))).toEqual(['iceServers', 'ttl']);
    expect(body(answer)).toMatchObject({
      ttl: 600,
      iceServers: [{ urls: ['stun:stun.example.org:3478'] }, {}],
    });
  });

  test.each([
    ['no token', head('/v1/ice-servers'), 401, 'token_required'],
    ['no token, in the query', head(`/v1/ice-servers?token=${TOKEN}`), 401, 'token_required'],
    ['another scheme', head('/v1/ice-servers', { authorization: `Basic ${TOKEN}` }), 401, 'token_required'],
    ['an empty one', head('/v1/ice-servers', { authorization: 'Bearer ' }), 401, 'token_required'],
    ['two', head('/v1/ice-servers', { authorization: `Bearer ${TOKEN} ${TOKEN}` }), 401, 'token_required'],
    ['a bad one', withToken('bad'), 401, 'token_invalid'],
    ['an expired one', withToken('expired'), 401, 'token_expired'],
    ['one that may not join', withToken('spectator'), 403, 'forbidden'],
    ['an outage of the key set', withToken('outage'), 503, 'unavailable'],
  ])('X9 %s: %s', async (_name, request, status, code) => {
    const { service, telemetry } = setUp();
    const answer = await service.answerIceServers(request);
    expect(answer.status).toBe(status);
    expect(body(answer)).toMatchObject({ error: { code } });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
    expect(answer.headers['retry-after']).toBe(status === 503 ? '5' : undefined);
    expect(telemetry.counted('parley_turn_mints_total', { result: 'served' })).toBe(0);
    expect(telemetry.counted('parley_turn_mints_total')).toBe(1);
  });

  test('X9 the sixth in a minute gets 429 and Retry-After', async () => {
    const { service } = setUp();
    for (let mint = 0; mint < 5; mint += 1)
      expect((await service.answerIceServers(withToken())).status).toBe(200);
    const answer = await service.answerIceServers(withToken());
    expect(answer).toMatchObject({
      status: 429,
      headers: { 'retry-after': '60', 'cache-control': 'no-store' },
    });
    expect(body(answer)).toMatchObject({ error: { code: 'rate_limited', retryAfterMs: 60_000 } });
  });

  test('X2 only pages of allowed Origins can read it', async () => {
    const { service } = setUp({}, 'jwt');
    const origin = async (value: string): Promise<string | undefined> =>
      (await service.answerIceServers(withToken(TOKEN, { origin: value }))).headers[
        'access-control-allow-origin'
      ];
    expect(await origin('https://meet.example.org')).toBe('https://meet.example.org');
    expect(await origin('https://evil.example')).toBeUndefined();
    expect(await origin('null')).toBeUndefined();
    const refused = await setUp({}, 'jwt').service.answerIceServers(
      head('/v1/ice-servers', { origin: 'https://meet.example.org' }),
    );
    expect(refused).toMatchObject({
      status: 401,
      headers: { 'access-control-allow-origin': 'https://meet.example.org' },
    });
    const open = await setUp().service.answerIceServers(withToken(TOKEN, { origin: 'https://any.example' }));
    expect(open.headers).toMatchObject({
      'access-control-allow-origin': 'https://any.example',
      vary: 'Origin',
    });
  });

  test('X2 the preflight lets the header through for allowed Origins, and mints nothing', async () => {
    const { service, telemetry } = setUp({}, 'jwt');
    const preflight = (origin?: string): Promise<HttpAnswer> =>
      service.answerIceServers(head('/v1/ice-servers', origin === undefined ? {} : { origin }, 'OPTIONS'));
    expect(await preflight('https://meet.example.org')).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://meet.example.org',
        'access-control-allow-headers': 'Authorization',
        'access-control-allow-methods': 'GET',
        vary: 'Origin',
      },
    });
    for (const origin of ['https://evil.example', 'null', undefined]) {
      const answer = await preflight(origin);
      expect(answer.status).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect(telemetry.counted('parley_turn_mints_total')).toBe(0);
  });
});

describe('GET /turn/credentials', () => {
  const keys = { TURN_REST_KEYS: `${REST_KEY}, another-key-of-an-application` };
  const path = '/turn/credentials?service=turn&username=ann%40example.org';
  const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

  test('is not there unless keys are configured', () => {
    expect(setUp().service.answerTurnRest(head(path, bearer(REST_KEY))).status).toBe(404);
  });

  test('answers as the draft says, with a username that tells nothing', () => {
    const answer = setUp(keys).service.answerTurnRest(head(path, bearer(REST_KEY)));
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const { username, password, ...rest } = JSON.parse(answer.body);
    expect(rest).toEqual({
      ttl: 600,
      uris: ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:5349?transport=tcp'],
    });
    expect(username).toMatch(new RegExp(`^${NOW / 1_000 + 600}:[\\w-]{22}$`));
    expect(username).not.toContain('ann');
    expect(password).toBe(createHmac('sha1', SECRET).update(username).digest('base64'));
  });

  test('takes any of the keys from the header, from key or from api; the header goes first', () => {
    const { service } = setUp({ ...keys, TURN_MINTS_PER_MINUTE: '100' });
    const status = (request: string, headers = {}): number =>
      service.answerTurnRest(head(request, headers)).status;
    expect(status(path, bearer('another-key-of-an-application'))).toBe(200);
    expect(status(`${path}&key=${REST_KEY}`)).toBe(200);
    expect(status(`${path}&api=${REST_KEY}`)).toBe(200);
    expect(status(`${path}&key=${REST_KEY}`, bearer('wrong'))).toBe(401);
    for (const wrong of [
      '',
      '&key=',
      `&key=${REST_KEY}x`,
      `&key=${REST_KEY.slice(1)}`,
      `&token=${REST_KEY}`,
    ]) {
      expect(status(`${path}${wrong}`)).toBe(401);
    }
  });

  test('another service or no username is a bad request, and the limit holds by username', () => {
    const { service } = setUp(keys);
    const status = (query: string): number =>
      service.answerTurnRest(head(`/turn/credentials?${query}`, bearer(REST_KEY))).status;
    expect(status('username=ann')).toBe(400);
    expect(status('service=stun&username=ann')).toBe(400);
    expect(status('service=turn')).toBe(400);
    expect(status(`service=turn&username=${'a'.repeat(257)}`)).toBe(400);
    const answers = Array.from({ length: 6 }, () => status('service=turn&username=ann'));
    expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
    expect(status('service=turn&username=bob')).toBe(200);
  });
});
