import { expect, test } from 'vitest';

import { socketLimits } from '../../src/socket/driver-context.js';
import { addressFrom, addressOf, headerMap, splitTarget } from '../../src/socket/request-head.js';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

test.each([
  ['7f000001', '127.0.0.1'],
  ['00000000000000000000ffff c0000201', '192.0.2.1'],
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
  ['20010db8000100010001000100010001', '2001:db8:1:1:1:1:1:1'],
  ['00000000000000000000000000000001', '::1'],
  ['00000000000000000000000000000000', '::'],
  ['fe800000000000000000000000000000', 'fe80::'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['', ''],
])('U12 the bytes %s are written %s', (bytes, text) => {
  expect(addressOf(hex(bytes))).toBe(text);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['2001:db8::1', '2001:db8::1'],
  [undefined, ''],
])('U12 the text %s becomes %s', (text, plain) => {
  expect(addressFrom(text)).toBe(plain);
});

test('repeated headers: the first of those that mean one thing, the others joined', () => {
  const headers = headerMap([
    ['Authorization', 'a'],
    ['authorization', 'b'],
    ['X-Forwarded-For', '1'],
    ['x-forwarded-for', '2'],
    ['Cookie', 'a=1'],
    ['cookie', 'b=2'],
    ['__proto__', 'x'],
  ]);
  expect([...headers]).toEqual([
    ['authorization', 'a'],
    ['x-forwarded-for', '1, 2'],
    ['cookie', 'a=1; b=2'],
    ['__proto__', 'x'],
  ]);
});

test('a target is cut at its first question mark', () => {
  expect(splitTarget('/a?b?c')).toEqual({ path: '/a', query: 'b?c' });
  expect(splitTarget('/a')).toEqual({ path: '/a', query: '' });
});

test('U9 the default limits, and idle timeouts that would abort the binary', () => {
  const options = { upgrades: [], routes: [], onFault: () => undefined };
  expect(socketLimits(options)).toEqual({
    maxFrameBytes: 65_536,
    maxBufferedBytes: 1_048_576,
    idleTimeoutS: 32,
  });
  for (const idleTimeoutS of [0, 7, 961, Number.NaN]) {
    expect(() => socketLimits({ ...options, idleTimeoutS })).toThrow(RangeError);
  }
});
