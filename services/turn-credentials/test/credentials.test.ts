import { createHmac } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { turnCredential, turnUserId } from '../src/credentials.js';
import { isStunUrl, isTurnUrl } from '../src/ice-urls.js';
import { createMintLimit } from '../src/mint-limit.js';
import { nodeHmacs } from '../src/index.js';

const hmacs = nodeHmacs();

describe('X9 TURN REST credentials', () => {
  test('X9 a known vector: HMAC-SHA1 over expiry:id, in base64 with padding', () => {
    // printf '%s' 1712345678:alice | openssl dgst -sha1 -hmac north -binary | base64
    const credential = turnCredential(hmacs, 'north', {
      userId: 'alice',
      nowMs: 1_712_345_078_999,
      ttlS: 600,
    });
    expect(credential).toEqual({ username: '1712345678:alice', password: '0ZD6cnpTkaID21yeVWnCwmsDr9I=' });
  });

  test('X9 RFC 2202, test case 2', () => {
    const hex = Buffer.from(hmacs.sha1Base64('Jefe', 'what do ya want for nothing?'), 'base64').toString(
      'hex',
    );
    expect(hex).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79');
  });

  test('X9 any secret and user: what node:crypto computes by itself, expiry exact, one colon, no raw identity', () => {
    const app = fc.string({ minLength: 1, maxLength: 20 });
    const identity = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 60 });
    const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
    fc.assert(
      fc.property(app, identity, time, fc.integer({ min: 30, max: 86_400 }), (tenant, sub, nowMs, ttlS) => {
        const userId = turnUserId(hmacs, 'cluster', { app: tenant, identity: sub });
        const { username, password } = turnCredential(hmacs, 'secret', { userId, nowMs, ttlS });
        expect(username).toMatch(/^\d+:[A-Za-z0-9_-]{22}$/);
        expect(Number(username.split(':')[0])).toBe(Math.floor(nowMs / 1_000) + ttlS);
        expect(username).not.toContain(sub);
        expect(password).toBe(createHmac('sha1', 'secret').update(username).digest('base64'));
      }),
    );
  });

  test('X9 the id is the same for the same user, and another for another app, identity or cluster', () => {
    const id = (app: string, identity: string, key = 'k'): string =>
      turnUserId(hmacs, key, { app, identity });
    expect(id('a', 'ann')).toBe(id('a', 'ann'));
    const others = [
      id('a', 'ann'),
      id('b', 'ann'),
      id('a', 'bob'),
      id('a', 'ann', 'k2'),
      id('aann', ''),
      id('', 'aann'),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  test('X9 equality of texts, whatever their lengths', () => {
    expect(hmacs.equal('key', 'key')).toBe(true);
    for (const other of ['', 'ke', 'keY', 'key ', 'keykey']) expect(hmacs.equal('key', other)).toBe(false);
  });
});

describe('X9 the mint limit', () => {
  test('X9 no window of its length holds more than it allows, wherever it lies', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, (gaps) => {
        const limit = createMintLimit({ mints: 5, windowMs: 60_000, maxUsers: 10 });
        const taken: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const wait = limit.take('u', now);
          const inWindow = taken.filter((at) => now - at < 60_000);
          expect(wait > 0).toBe(inWindow.length >= 5);
          if (wait > 0) expect(now + wait).toBe((inWindow[0] ?? 0) + 60_000);
          else taken.push(now);
        }
      }),
    );
  });

  test('I10 users beyond the bound are forgotten, the one that minted longest ago first', () => {
    const limit = createMintLimit({ mints: 1, windowMs: 60_000, maxUsers: 3 });
    for (const user of ['a', 'b', 'c', 'd']) expect(limit.take(user, 0)).toBe(0);
    expect(limit.size).toBe(3);
    expect(limit.take('a', 0)).toBe(0);
    expect(limit.take('d', 0)).toBe(60_000);
    for (let user = 0; user < 1_000; user += 1) limit.take(`u${user}`, 1);
    expect(limit.size).toBe(3);
  });
});

describe('URLs', () => {
  test.each([
    'turn:turn.example.org',
    'turn:turn.example.org:3478',
    'turn:192.0.2.1:3478?transport=udp',
    'turns:[2001:db8::1]:5349?transport=tcp',
  ])('%s is a TURN URL', (url) => expect(isTurnUrl(url)).toBe(true));
  test.each([
    '',
    'turn:',
    'turn://host',
    'turn:host?proto=udp',
    'turn:host?transport=tls',
    'turn:host:0',
    'turn:host:65536',
    'turn:user@host',
    'turn:host/path',
    'stun:host',
    'turn:host?transport=udp&x=1',
    'turn:ho st',
    'turn:-host',
    'TURN:host',
  ])('%s is none', (url) => expect(isTurnUrl(url)).toBe(false));
  test.each(['stun:host', 'stun:host:3478', 'stuns:host'])('%s is a STUN URL', (url) =>
    expect(isStunUrl(url)).toBe(true),
  );
  test.each(['stun:host?transport=udp', 'turn:host', 'stun:', 'stun:host:x'])('%s is none', (url) =>
    expect(isStunUrl(url)).toBe(false),
  );
});
