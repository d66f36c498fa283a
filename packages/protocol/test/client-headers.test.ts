import { describe, expect, expectTypeOf, test } from 'vitest';

import { decodeFrame, encodeFrame } from '@parley/protocol';
import type { Header } from '@parley/protocol';
import { clientHeaderSchema, exactly, parseClientHeader } from '@parley/protocol/schemas';
import type { DeepReadonly, Same } from '@parley/protocol/schemas';
import { z } from 'zod';

const key = 'Zx3-_9aBcDeFgHiJkLmNoP';
const hello = { type: 'hello', id: 1, token: 'a.b.c', features: ['link1'] };
const join = {
  type: 'join',
  id: 2,
  room: 'standup',
  key,
  n: 1,
  at: [7340032, 5],
  name: 'Ann',
  attributes: { hand: 'up' },
  caps: ['link1'],
  replaces: key,
};
const signal = { type: 'signal', to: 'p_B', kind: 'offer', link: [1, 1, 0], x: { trace: 'abc' } };
const update = { type: 'update', id: 4, cmd: 2, name: 'Bo', attributes: {} };
const good: Header[] = [
  hello,
  { type: 'hello', id: 0 },
  join,
  { type: 'join', id: 2, room: 'a', key, n: 1 },
  { type: 'leave', id: 3 },
  { type: 'leave', id: 3, cmd: 4 },
  signal,
  { type: 'signal', to: 'p_B' },
  { type: 'message', id: 3, cmd: 1 },
  update,
  { type: 'update', id: 4, cmd: 2 },
  { type: 'refresh', id: 5, token: 'a.b.c' },
  { type: 'ping' },
  { type: 'ping', id: 6 },
  { type: 'quality' },
  {
    type: 'quality',
    pairs: [
      { connectMs: 812, localCandidate: 'host', remoteCandidate: 'relay', rttMs: 43.5, lossIn: 0.01 },
      {},
    ],
    failures: 1,
    restarts: 2,
  },
];

describe('good headers', () => {
  test.each(good.map((header) => [JSON.stringify(header), header]))('%s', (_name, header) => {
    expect(parseClientHeader(header)).toEqual({ ok: true, header });
    expect(clientHeaderSchema.parse(header)).toEqual(header);
  });

  test.each(good.map((header) => [header['type'], header]))(
    '[FRAME-5] unknown fields of %s are dropped, `from` included',
    (_type, header) => {
      const more = { ...header, from: 'p_Mallory', room2: 1, toString: 'x', constructor: {} };
      expect(parseClientHeader(more)).toEqual({ ok: true, header });
    },
  );
});

test.each([
  { pairs: [{ localCandidate: 'wormhole' }] },
  { pairs: [{ lossIn: -1 }] },
  { pairs: [{ rttMs: '5' }] },
  { pairs: {} },
  { pairs: Array.from({ length: 17 }, () => ({})) },
  { failures: 0.5 },
  { restarts: -1 },
])('[QUALITY-1] %j is no report', (fields) => {
  expect(parseClientHeader({ type: 'quality', ...fields })).toMatchObject({
    ok: false,
    error: { code: 'bad_request' },
  });
});

describe('types', () => {
  test('[REQ-2] an unknown type is unsupported, with the id that it carried', () => {
    expect(parseClientHeader({ type: 'teleport', id: 9 })).toEqual({
      ok: false,
      id: 9,
      error: expect.objectContaining({ code: 'unsupported', retry: 'no' }) as unknown,
    });
    expect(parseClientHeader({ type: 'teleport', id: -1 })).not.toHaveProperty('id');
    expect(parseClientHeader({ type: 'teleport' })).not.toHaveProperty('id');
  });

  test.each(['remove', 'mute', 'lock', 'close', '__proto__', 'constructor', 'toString', ''])(
    '[REQ-2] %j is unsupported',
    (type) => {
      expect(parseClientHeader({ type, id: 1 })).toMatchObject({
        ok: false,
        id: 1,
        error: { code: 'unsupported' },
      });
    },
  );

  test.each([undefined, null, 1, ['hello'], {}])('[REQ-3] type %j is bad_request', (type) => {
    const parsed = parseClientHeader({ type, id: 1 });
    expect(parsed).toMatchObject({ ok: false, id: 1, error: { code: 'bad_request' } });
    expect(parsed).toHaveProperty('error.message', expect.stringMatching(/^type: /));
  });
});

const long = (bytes: number): string => 'é'.repeat(bytes / 2) + 'a';
const bad: [field: string, fault: string, header: Header][] = [
  ['id', 'missing', { type: 'hello' }],
  ['id', 'negative', { ...hello, id: -1 }],
  ['id', 'a fraction', { ...hello, id: 1.5 }],
  ['id', 'not safe', { ...hello, id: 2 ** 53 }],
  ['id', 'text', { ...hello, id: '1' }],
  ['token', 'empty', { ...hello, token: '' }],
  ['token', 'null', { ...hello, token: null }],
  ['token', 'too long', { ...hello, token: long(8192) }],
  ['token', 'missing', { type: 'refresh', id: 1 }],
  ['features', 'too many', { ...hello, features: Array.from({ length: 17 }, () => 'a') }],
  ['features', 'one too long', { ...hello, features: [long(32)] }],
  ['features', 'no array', { ...hello, features: 'link1' }],
  ['room', 'missing', { type: 'join', id: 2, key, n: 1 }],
  ['room', 'empty', { ...join, room: '' }],
  ['room', '129 bytes in 65 characters', { ...join, room: long(128) }],
  ['room', 'a line break', { ...join, room: 'a\nb' }],
  ['room', 'a lone surrogate', { ...join, room: '\ud800' }],
  ['key', 'short', { ...join, key: 'Zx3-_9aBcDeFgHiJkLmNo' }],
  ['key', 'no base64url', { ...join, key: `${key}+/` }],
  ['key', 'too long', { ...join, key: 'z'.repeat(129) }],
  ['replaces', 'short', { ...join, replaces: 'abc' }],
  ['n', 'missing', { type: 'join', id: 2, room: 'a', key }],
  ['n', 'negative', { ...join, n: -1 }],
  ['at', 'one number', { ...join, at: [1] }],
  ['at', 'three numbers', { ...join, at: [1, 2, 3] }],
  ['at', 'negative', { ...join, at: [1, -2] }],
  ['at', 'not safe', { ...join, at: [2 ** 53, 1] }],
  ['name', '258 bytes in 129 characters', { ...join, name: long(256) }],
  ['name', 'a control character', { ...join, name: 'a\u0007' }],
  ['attributes', 'an array', { ...join, attributes: ['a'] }],
  ['attributes', 'a number inside', { ...join, attributes: { a: 1 } }],
  ['attributes', 'an object inside', { ...update, attributes: { a: {} } }],
  ['caps', 'too many', { ...join, caps: Array.from({ length: 17 }, () => 'a') }],
  ['caps', 'one too long', { ...join, caps: [long(32)] }],
  ['cmd', 'missing', { type: 'message', id: 1 }],
  ['cmd', 'negative', { type: 'message', id: 1, cmd: -1 }],
  ['cmd', 'text', { ...update, cmd: '1' }],
  ['to', 'missing', { type: 'signal' }],
  ['to', 'another id', { ...signal, to: 'g_B' }],
  ['to', 'too long', { ...signal, to: `p_${'a'.repeat(65)}` }],
  ['to', 'a line break', { ...signal, to: 'p_B\n' }],
  ['kind', 'too long', { ...signal, kind: long(32) }],
  ['kind', 'null', { ...signal, kind: null }],
  ['link', 'two numbers', { ...signal, link: [1, 1] }],
  ['link', 'four numbers', { ...signal, link: [1, 1, 1, 1] }],
  ['link', 'a fraction', { ...signal, link: [1, 1, 0.5] }],
  ['link', 'negative', { ...signal, link: [1, -1, 0] }],
  ['link', 'text', { ...signal, link: ['1', '1', '1'] }],
  ['x', 'an array', { ...signal, x: [] }],
  ['x', 'text', { ...signal, x: 'abc' }],
  ['x', '257 bytes', { ...signal, x: { a: 'a'.repeat(249) } }],
  ['x', '258 bytes in fewer characters', { ...signal, x: { a: 'é'.repeat(125) } }],
];

describe('bad fields', () => {
  test.each(bad)('[REQ-3] %s %s is bad_request', (field, _fault, header) => {
    const parsed = parseClientHeader(header);
    expect(parsed).toMatchObject({ ok: false, error: { code: 'bad_request', retry: 'no' } });
    expect(parsed).toHaveProperty('error.message', expect.stringMatching(new RegExp(`^${field}: `)));
  });

  test('[REQ-3] the message never repeats a value, nor a name that the client chose', () => {
    const canary = 'canary-4711';
    for (const [, , header] of bad) {
      const [field] = Object.entries(header).find(([name]) => name !== 'type') ?? [''];
      const parsed = parseClientHeader({ ...header, [field]: { [canary]: canary } });
      expect(JSON.stringify(parsed)).not.toContain(canary);
    }
    const attributes = { [canary]: { [canary]: 1 } };
    expect(JSON.stringify(parseClientHeader({ ...update, attributes }))).not.toContain(canary);
    expect(JSON.stringify(parseClientHeader({ ...join, key: canary, replaces: canary }))).not.toContain(
      canary,
    );
  });

  test('attributes of 1,024 bytes as JSON pass, of 1,025 they do not', () => {
    const attributes = (bytes: number): Header => ({ ...update, attributes: { a: 'a'.repeat(bytes - 8) } });
    expect(parseClientHeader(attributes(1024)).ok).toBe(true);
    expect(parseClientHeader(attributes(1025))).toMatchObject({ ok: false, id: 4 });
  });

  test('32 attributes pass, 33 do not', () => {
    const attributes = (count: number): Header => ({
      ...update,
      attributes: Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, ''])),
    });
    expect(parseClientHeader(attributes(32)).ok).toBe(true);
    expect(parseClientHeader(attributes(33)).ok).toBe(false);
  });

  test('x of 256 bytes passes as it is', () => {
    const header = { ...signal, x: { bb: [1, { c: null }], a: 'é'.repeat(114) } };
    expect(parseClientHeader(header)).toEqual({ ok: true, header });
    expect(new TextEncoder().encode(JSON.stringify(header.x))).toHaveLength(256);
  });

  test('a key __proto__ that got past the codec changes no prototype', () => {
    const header = JSON.parse(
      '{"type":"update","id":1,"cmd":1,"attributes":{"__proto__":"a","b":"c"}}',
    ) as Header;
    const parsed = parseClientHeader(header);
    expect(({} as Record<string, unknown>)['b']).toBeUndefined();
    if (parsed.ok) expect(Object.getPrototypeOf(parsed.header)).toBe(Object.prototype);
  });
});

test('a header that the schemas accept fits the codec', () => {
  for (const header of good) {
    expect(parseClientHeader(decodeFrame(encodeFrame(header)).header)).toEqual({ ok: true, header });
  }
});

test('a schema that differs from the type written by hand does not compile', () => {
  interface Given {
    readonly a: number;
    readonly b?: string;
  }
  exactly<Given>()(z.object({ a: z.number(), b: z.exactOptional(z.string()) }));
  // @ts-expect-error b may be undefined
  exactly<Given>()(z.object({ a: z.number(), b: z.string().optional() }));
  // @ts-expect-error b is missing
  exactly<Given>()(z.object({ a: z.number() }));
  // @ts-expect-error a is narrower
  exactly<Given>()(z.object({ a: z.literal(1), b: z.exactOptional(z.string()) }));
  expectTypeOf<
    Same<DeepReadonly<{ a: number[] }>, { readonly a: readonly number[] }>
  >().toEqualTypeOf<true>();
});
