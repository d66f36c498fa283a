import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { bucketSettings, natsConnectionOptions, natsToken, parseNatsUrl } from '../src/nats/index.js';

describe('R1 a NATS URL', () => {
  test.each([
    ['nats://localhost', ['localhost']],
    ['nats://127.0.0.1:4222/', ['127.0.0.1:4222']],
    ['nats://a:1,b:2,nats://c:3', ['a:1', 'b:2', 'c:3']],
    ['nats://[::1]:4222', ['[::1]:4222']],
    ['nats://u:p@a:1,u:p@b:2', ['a:1', 'b:2']],
  ])('%s names its servers', (url, servers) => {
    expect(parseNatsUrl(url).servers).toEqual(servers);
  });

  test('carries a user and a password, or a token, percent-decoded', () => {
    const password = { kind: 'password', user: 'pär', password: 'a@b,c:d' };
    expect(parseNatsUrl('nats://p%C3%A4r:a%40b%2Cc%3Ad@h:1').credentials).toEqual(password);
    expect(parseNatsUrl('nats://s3cret@h:1').credentials).toEqual({ kind: 'token', token: 's3cret' });
    expect(parseNatsUrl('nats://h:1').credentials).toEqual({ kind: 'none' });
  });

  test('asks for TLS by tls:// alone, and then for nothing less', () => {
    const options = (url: string) => natsConnectionOptions(parseNatsUrl(url), { name: 'n', prefix: 'p' });
    expect(options('tls://h:1').tls).toEqual({});
    expect(options('nats://h:1')).not.toHaveProperty('tls');
  });

  test.each([
    'redis://hunter2@h',
    'nats://',
    'nats://user:hunter2@',
    'nats://user:hunter2@ho st',
    'nats://user:hunter2%@h',
    'nats://user:hunter2@h:1?hunter2=1',
    'nats://user:hunter2@h,/hunter2',
  ])('%s is refused, and no part of it repeated', (url) => {
    expect(() => parseNatsUrl(url, ['bucket'])).toThrow(RangeError);
    expect(() => parseNatsUrl(url, ['bucket'])).toThrow(/^(?!.*hunter2)/);
  });
});

test('R8 the client is told to reconnect for ever with jitter, to ping each 2 s twice, and to resend nothing', () => {
  const url = parseNatsUrl('nats://u:p@a:1,b:2');
  expect(natsConnectionOptions(url, { name: 'parley-bus', prefix: 'parley' })).toEqual({
    ...{ servers: ['a:1', 'b:2'], name: 'parley-bus', user: 'u', pass: 'p', inboxPrefix: 'parley.inbox' },
    ...{ reconnect: true, waitOnFirstConnect: true, maxReconnectAttempts: -1, ignoreAuthErrorAbort: true },
    ...{ reconnectTimeWait: 50, reconnectJitter: 450, reconnectJitterTLS: 450, timeout: 2_000 },
    ...{ pingInterval: 2_000, maxPingOut: 2, noEcho: false, noAsyncTraces: true },
  });
});

describe('[B7] any string as one token', () => {
  test('is what NATS takes for a subject and for a key, and no two share one', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 400 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        for (const token of [natsToken(a), natsToken(b)]) {
          expect(token).toMatch(/^[-=\w]+$/);
          expect(token.length).toBeLessThanOrEqual(1_000);
        }
        expect(natsToken(a) === natsToken(b)).toBe(a === b);
      }),
    );
  });

  test.each([
    ['', '='],
    ['g_Ab-1', 'g_Ab-1'],
    ['a.b', 'a=2eb'],
    ['=2e', '=3d2e'],
    ['한', '=ed=95=9c'],
  ])('%j is %s', (string, token) => {
    expect(natsToken(string)).toBe(token);
  });
});

test('R1 the parameters of a bucket are read, and bad ones named', () => {
  const read = (query: string) => bucketSettings(new Map(new URLSearchParams(query)), 1_000);
  expect(read('')).toEqual({
    name: 'parley_rooms',
    options: { ttl: 1_000, history: 1, replicas: 1, storage: 'file', allow_direct: false },
  });
  expect(read('bucket=b&replicas=3&storage=memory&maxBytes=99')).toEqual({
    name: 'b',
    options: { ttl: 1_000, history: 1, replicas: 3, storage: 'memory', allow_direct: false, max_bytes: 99 },
  });
  for (const query of [
    'bucket=a.b',
    'replicas=0',
    'replicas=6',
    'storage=tape',
    'maxBytes=-1',
    'maxBytes=1.5',
  ]) {
    expect(() => read(query)).toThrow(new RegExp(query.split('=')[0] ?? ''));
  }
});
