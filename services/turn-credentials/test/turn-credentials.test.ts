import { createHmac } from 'node:crypto';

import { checkMetricDefinitions } from '@parley/kit';
import { decodeBody, encodeBody } from '@parley/protocol/internal';
import type { MintReply, MintRequest } from '@parley/protocol/internal';
import { afterEach, describe, expect, test } from 'vitest';

import { TURN_METRICS } from '../src/index.js';
import { head, IDENTITY, NOW, REST_KEY, SECRET, setUp, TOKEN, withToken } from './fixtures.js';
import type { Setup } from './fixtures.js';

const mintRequest = (identity: string, extra: object = {}): MintRequest => ({
  type: 'mint',
  app: 'default',
  identity,
  ...extra,
});
const stops: (() => Promise<void>)[] = [];
const started = async (setup: Setup): Promise<Setup> => {
  await setup.endpoint.start();
  setup.directory.start();
  await setup.service.start();
  await setup.asker.start();
  stops.push(setup.endpoint.close, async () => setup.directory.stop(), setup.service.stop, setup.asker.close);
  return setup;
};
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('X9 ICE servers', () => {
  test('X9 exactly as RTCConfiguration takes them, with a credential of ten minutes', () => {
    const { service } = setUp();
    const reply = service.mint(mintRequest(IDENTITY));
    const username = expect.stringMatching(new RegExp(`^${NOW / 1_000 + 600}:[\\w-]{22}$`));
    expect(reply).toEqual({
      type: 'minted',
      ttl: 600,
      iceServers: [
        { urls: ['stun:stun.example.org:3478'] },
        {
          urls: ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:5349?transport=tcp'],
          username,
          credential: expect.any(String),
        },
      ],
    });
    const turn = reply.type === 'minted' ? reply.iceServers[1] : undefined;
    expect(turn?.credential).toBe(
      createHmac('sha1', SECRET)
        .update(turn?.username ?? '')
        .digest('base64'),
    );
    expect(JSON.stringify(reply)).not.toContain(IDENTITY);
  });

  test('none configured: an empty list; STUN alone needs no secret', () => {
    const none = { TURN_URLS: '', STUN_URLS: '', TURN_SECRETS: '' };
    expect(setUp(none).service.mint(mintRequest('a'))).toEqual({ type: 'minted', iceServers: [], ttl: 600 });
    const stun = setUp({ ...none, STUN_URLS: 'stun:s.example.org' }).service.mint(mintRequest('a'));
    expect(stun).toMatchObject({ iceServers: [{ urls: ['stun:s.example.org'] }] });
  });

  test('a region hint chooses TURN servers; one that is not configured means the default list', () => {
    const { service } = setUp({ TURN_REGIONS: '{"eu":["turn:eu.example.org"]}' });
    const urls = (region: string): unknown => {
      const reply = service.mint(mintRequest(`in ${region}`, { region }));
      return reply.type === 'minted' ? reply.iceServers[1]?.urls : reply;
    };
    expect(urls('eu')).toEqual(['turn:eu.example.org']);
    for (const other of ['us', '', '__proto__', 'constructor']) expect(urls(other)).toHaveLength(2);
  });

  test('F15 the first secret signs, so that a new one takes over when it is put in front', () => {
    const password = (secrets: string): string | undefined => {
      const reply = setUp({ TURN_SECRETS: secrets }).service.mint(mintRequest('a'));
      return reply.type === 'minted' ? reply.iceServers[1]?.credential : undefined;
    };
    expect(password(`${SECRET},turn-secret-number-two`)).toBe(password(SECRET));
    expect(password(`turn-secret-number-two,${SECRET}`)).toBe(password('turn-secret-number-two'));
    expect(password('turn-secret-number-two')).not.toBe(password(SECRET));
  });

  test('X9 five mints a minute for one participant, another is not concerned; counted', () => {
    const { service, clock, telemetry } = setUp();
    for (let mint = 0; mint < 5; mint += 1) expect(service.mint(mintRequest('ann')).type).toBe('minted');
    clock.advance(10_000);
    expect(service.mint(mintRequest('ann'))).toEqual({
      type: 'refused',
      error: 'rate_limited',
      retryAfterMs: 50_000,
    });
    expect(service.mint(mintRequest('bob')).type).toBe('minted');
    expect(service.mint({ ...mintRequest('ann'), app: 'other' }).type).toBe('minted');
    clock.advance(50_000);
    expect(service.mint(mintRequest('ann')).type).toBe('minted');
    expect(telemetry.counted('parley_turn_mints_total', { result: 'served' })).toBe(8);
    expect(telemetry.counted('parley_turn_mints_total', { result: 'rate_limited' })).toBe(1);
    expect(checkMetricDefinitions(TURN_METRICS)).toEqual([]);
  });
});

describe('over the bus', () => {
  const ask = async ({ asker }: Setup, bytes: Uint8Array): Promise<MintReply | undefined> =>
    decodeBody<MintReply>(await asker.request('t_1', bytes, { deadlineMs: 5_000 }));

  test('answers mint requests, and refuses what is none', async () => {
    const setup = await started(setUp());
    expect(await ask(setup, encodeBody(mintRequest('ann')))).toMatchObject({ type: 'minted', ttl: 600 });
    for (const text of [
      '',
      '{}',
      'null',
      '{"type":"mint"}',
      '{"type":"mint","app":1,"identity":"a"}',
      '[]',
    ]) {
      const reply = await ask(setup, new TextEncoder().encode(text));
      expect(reply, text).toEqual({ type: 'refused', error: 'bad_request' });
    }
  });

  test('after stop it mints no more', async () => {
    const { service } = await started(setUp());
    await service.drain(0);
    expect(service.draining()).toBe(true);
    expect(service.mint(mintRequest('ann')).type).toBe('minted');
    await service.stop();
    expect(service.mint(mintRequest('ann'))).toMatchObject({ type: 'refused', error: 'unavailable' });
  });
});

describe('X1 what must not be told', () => {
  test('X1 X10 neither tokens, keys, secrets, passwords nor identities get into telemetry or refusals', async () => {
    const { service, telemetry } = setUp({ TURN_REST_KEYS: REST_KEY });
    const answers = [
      await service.answerIceServers(withToken()),
      await service.answerIceServers(withToken(`${TOKEN}x`)),
      service.answerTurnRest(head(`/turn/credentials?service=turn&username=${IDENTITY}&key=${REST_KEY}`)),
      service.answerTurnRest(head(`/turn/credentials?service=turn&username=${IDENTITY}&key=${REST_KEY}x`)),
    ];
    const reply = service.mint(mintRequest(IDENTITY));
    const password = reply.type === 'minted' ? (reply.iceServers[1]?.credential ?? '') : '';
    const answered = JSON.stringify(answers);
    for (const secret of [TOKEN, REST_KEY, SECRET, IDENTITY, 'cluster secret'])
      expect(answered).not.toContain(secret);
    expect(password).not.toBe('');
    expect(JSON.stringify(telemetry.events())).not.toContain(password);
    expect(telemetry.events()).toEqual([]);
  });
});
