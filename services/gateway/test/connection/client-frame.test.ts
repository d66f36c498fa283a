import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClientFrame } from '../../src/connection/client-frame.js';
import { KEY } from '../fixtures/rules.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (input: string | Uint8Array, binary = false) =>
  readClientFrame(typeof input === 'string' ? encode(input) : input, binary, 4_096);
const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('bad input', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half an object', '{"type":"ping"'],
    ['an array', '[1]'],
    ['null', 'null'],
    ['a string', '"ping"'],
    ['JSON deeper than 6 levels', deep(7)],
    ['__proto__', '{"type":"ping","__proto__":{"id":1}}'],
    ['__proto__ further in', '{"type":"signal","to":"p_B","x":{"a":{"__proto__":1}}}'],
    ['a number out of range', '{"type":"ping","id":1e999}'],
    ['a header above 2 KiB', JSON.stringify({ type: 'ping', pad: 'x'.repeat(2_100) })],
    ['bad UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
  ])('[FRAME-2] %s is bad_frame', (_what, input) => {
    expect(read(input)).toMatchObject({ ok: false, error: { code: 'bad_frame' }, malformed: true });
  });

  test('[FRAME-2] a header of 2,048 bytes passes, one byte more does not, but for the token of hello and refresh', () => {
    const ping = (length: number): string => `{"type":"ping","pad":"${'x'.repeat(length - 24)}"}`;
    expect(read(ping(2_048))).toMatchObject({ ok: true });
    expect(read(`${ping(2_048)}\nbehind`)).toMatchObject({ ok: true });
    expect(read(ping(2_049))).toMatchObject({ ok: false, error: { code: 'bad_frame' } });
    expect(read(`${ping(2_049)}\nbehind`)).toMatchObject({ ok: false, error: { code: 'bad_frame' } });
    const token = 't'.repeat(8_192);
    for (const type of ['hello', 'refresh']) {
      expect(read(JSON.stringify({ type, id: 1, token }))).toMatchObject({ ok: true });
      expect(read(JSON.stringify({ type, id: 1, token: `${token}t` }))).toMatchObject({ ok: false });
    }
  });

  test.each([
    ['no type', '{"id":1}', 1],
    ['a type that is no string', '{"type":5,"id":1}', 1],
    ['a join without a key', '{"type":"join","id":3,"room":"r","n":1}', 3],
    ['a key that is too short', '{"type":"join","id":3,"room":"r","n":1,"key":"abc"}', 3],
    ['a room without a name', `{"type":"join","id":3,"room":"","n":1,"key":"${KEY}"}`, 3],
    ['an n below zero', `{"type":"join","id":3,"room":"r","n":-1,"key":"${KEY}"}`, 3],
    ['an id that is no integer', '{"type":"leave","id":1.5}', undefined],
    ['an id that is a string', '{"type":"leave","id":"1"}', undefined],
    ['a recipient that is no id', '{"type":"signal","to":"constructor"}', undefined],
    ['a link of two', '{"type":"signal","to":"p_B","link":[1,2]}', undefined],
    [
      'an x above 256 bytes',
      JSON.stringify({ type: 'signal', to: 'p_B', x: { a: 'x'.repeat(300) } }),
      undefined,
    ],
    [
      'attributes above 1 KiB',
      JSON.stringify({ type: 'update', id: 4, cmd: 1, attributes: { a: 'x'.repeat(1_100) } }),
      4,
    ],
  ])('[REQ-3] [REQ-4] %s is bad_request, told to the request if it has a usable id', (_what, input, id) => {
    const frame = read(input);
    expect(frame).toMatchObject({ ok: false, error: { code: 'bad_request' }, malformed: true });
    expect(!frame.ok && frame.id).toBe(id);
  });

  test('[REQ-2] an unknown type is unsupported, and no fault of form', () => {
    expect(read('{"type":"levitate","id":9}')).toMatchObject({
      ok: false,
      id: 9,
      error: { code: 'unsupported' },
      malformed: false,
    });
  });

  test('[FRAME-3] binary is for signals only', () => {
    expect(read('{"type":"signal","to":"p_B"}\n\u0001', true)).toMatchObject({ ok: true, binary: true });
    expect(read('{"type":"leave","id":4}', true)).toMatchObject({
      ok: false,
      id: 4,
      error: { code: 'binary_not_allowed' },
    });
    expect(read('{"type":"ping"}', true)).toMatchObject({ ok: false, error: { code: 'binary_not_allowed' } });
  });

  test('[FRAME-4] U7 from 48 KiB on a frame is not acted upon; a signal is nacked too', () => {
    const pad = 'x'.repeat(48 * 1024);
    const message = read(`{"type":"message","id":3,"cmd":1}\n${pad}`);
    expect(message).toMatchObject({ ok: false, error: { code: 'frame_too_large' } });
    expect(message).not.toHaveProperty('id');
    expect(read(pad)).toMatchObject({ ok: false, error: { code: 'frame_too_large' } });
    expect(read(`{"type":"signal","to":"p_B","link":[1,4,0]}\n${pad}`)).toMatchObject({
      ok: false,
      error: { code: 'frame_too_large' },
      oversized: { to: 'p_B', link: [1, 4, 0] },
    });
    const header = '{"type":"signal","to":"p_B"}\n';
    expect(read(header + 'x'.repeat(48 * 1024 - header.length - 1)).ok).toBe(true);
  });

  test('[FRAME-5] X7 a header is rebuilt from known fields; no prototype is reached', () => {
    const frame = read('{"type":"signal","to":"p_B","from":"p_EVIL","constructor":{"x":1},"n":9}\n{}');
    expect(frame.ok && frame.header).toEqual({ type: 'signal', to: 'p_B' });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('X12 no bytes make it throw', () => {
    const near = fc
      .tuple(fc.constantFrom('{"type":"signal","to":"p_B"', '{"type":"join","id":1', '{'), fc.string())
      .map(([head, tail]) => encode(head + tail));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), near), fc.boolean(), (bytes, binary) => {
        const frame = readClientFrame(bytes, binary, 4_096);
        expect(typeof frame.ok).toBe('boolean');
      }),
      { numRuns: 5_000 },
    );
  });
});
