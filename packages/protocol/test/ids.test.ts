import { Buffer } from 'node:buffer';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  ID_PATTERN,
  KEY_PATTERN,
  PARTICIPANT_ID_PATTERN,
  createId,
  createKey,
  isRoomName,
  toBase64url,
  utf8Length,
} from '@parley/protocol';

test('an id is its prefix and 128 random bits', () => {
  const asked: number[] = [];
  const id = createId('p', (count) => {
    asked.push(count);
    return new Uint8Array(count).fill(0xfb);
  });
  expect(asked).toEqual([16]);
  expect(id).toBe(`p_${Buffer.alloc(16, 0xfb).toString('base64url')}`);
  expect(id).toMatch(PARTICIPANT_ID_PATTERN);
  expect(createId('g', (count) => new Uint8Array(count))).toMatch(ID_PATTERN);
});

test('base64url is RFC 4648 without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
      expect(toBase64url(data)).toBe(Buffer.from(data).toString('base64url'));
    }),
  );
});

test('a fresh key is a key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (data) => {
      const key = createKey(() => data);
      fc.pre(!/^([0-9a-f]+|[0-9A-F]+)$/.test(key));
      expect(key).toMatch(KEY_PATTERN);
    }),
  );
});

test.each([
  ['22 characters of base64url', 'Zx3-_9aBcDeFgHiJkLmNoP', true],
  ['21 characters', 'Zx3-_9aBcDeFgHiJkLmNo', false],
  ['32 hexadecimal digits', '0123456789abcdef0123456789abcdef', true],
  ['31 hexadecimal digits', '0123456789abcdef0123456789abcde', false],
  ['22 capital hexadecimal digits', '0123456789ABCDEF012345', false],
  ['128 characters', 'z'.repeat(128), true],
  ['129 characters', 'z'.repeat(129), false],
  ['padding', `${'z'.repeat(22)}==`, false],
  ['a line break at the end', `${'z'.repeat(22)}\n`, false],
  ['nothing', '', false],
])('a key of %s', (_name, key, good) => {
  expect(KEY_PATTERN.test(key)).toBe(good);
});

test.each([
  ['plain', 'standup', true],
  ['spaces and Hangul', '회의 1', true],
  ['128 bytes', 'é'.repeat(64), true],
  ['129 bytes', `${'é'.repeat(64)}a`, false],
  ['nothing', '', false],
  ['a line break', 'a\nb', false],
  ['a C1 control character', 'a\u0085b', false],
  ['a NUL', '\0', false],
  ['a lone surrogate', 'a\ud800', false],
  ['an emoji', '🎥', true],
])('[ROOM-1] a name of a room: %s', (_name, room, good) => {
  expect(isRoomName(room)).toBe(good);
});

test('the length in UTF-8 is that of the encoder', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '\ud800', '\udc00\ud83d', 'é', '🎥'),
      (a, b) => {
        expect(utf8Length(a + b)).toBe(new TextEncoder().encode(a + b).length);
      },
    ),
  );
});
