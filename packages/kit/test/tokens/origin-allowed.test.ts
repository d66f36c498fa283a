import { describe, expect, test } from 'vitest';

import { allowedOriginsSchema, originAllowed } from '../../src/index.js';

const allowed = new Set([
  'https://meet.example.org',
  'https://meet.example.org:8443',
  'http://localhost:5173',
]);
const jwt = { mode: 'jwt', allowed, allowNoOrigin: false } as const;

describe('X2 Origin', () => {
  test.each([
    ['https://meet.example.org', true],
    ['https://meet.example.org:8443', true],
    ['http://localhost:5173', true],
    ['http://meet.example.org', false],
    ['https://meet.example.org:443', false],
    ['https://meet.example.org/', false],
    ['https://meet.example.org.evil.example', false],
    ['https://evilmeet.example.org', false],
    ['https://sub.meet.example.org', false],
    ['https://MEET.example.org', false],
    ['https://meet.example.org, https://evil.example', false],
    ['https://meet.example.org https://evil.example', false],
    ['http://localhost:5174', false],
    ['file://', false],
    ['chrome-extension://abcdef', false],
    ['null', false],
    ['', false],
    ['*', false],
    [undefined, false],
  ])('X2 jwt mode, %s: %s', (origin, expected) => {
    expect(originAllowed(jwt, origin)).toBe(expected);
  });

  test('X2 jwt mode with ALLOW_NO_ORIGIN: only a missing one is let in, null and an empty one are not', () => {
    const rule = { ...jwt, allowNoOrigin: true };
    expect(originAllowed(rule, undefined)).toBe(true);
    for (const origin of ['null', '', 'https://evil.example'])
      expect(originAllowed(rule, origin)).toBe(false);
  });

  test('X2 null is refused also when somebody has put it on the list', () => {
    expect(originAllowed({ ...jwt, allowed: new Set(['null']) }, 'null')).toBe(false);
  });

  test.each([undefined, 'null', '', 'https://evil.example', 'https://meet.example.org'])(
    'X2 open mode, %s',
    (origin) => {
      expect(originAllowed({ ...jwt, mode: 'open' }, origin)).toBe(true);
    },
  );

  test('X2 ALLOWED_ORIGINS takes what browsers send, and nothing else', () => {
    expect(allowedOriginsSchema.parse('https://a.example, http://localhost:5173,')).toEqual(
      new Set(['https://a.example', 'http://localhost:5173']),
    );
    const refused = [
      '*',
      'null',
      'https://a.example/',
      'https://A.example',
      'a.example',
      'https://a.example:443',
    ];
    for (const text of refused) expect(allowedOriginsSchema.safeParse(text).success, text).toBe(false);
  });
});
