import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { FrameError, decodeFrame, decodeTextFrame, encodeFrame, encodeTextFrame } from '@parley/protocol';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined): string => new TextDecoder().decode(data);

/** Objects that JSON gives back as they are, at most five levels below the header. */
const header = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>)
  .filter((value) => !JSON.stringify(value).includes('__proto__') && JSON.stringify(value).length < 600);
const payload = fc.uint8Array({ maxLength: 200 });

describe('layout', () => {
  test('[FRAME-1] a header alone has no payload, and nothing after the newline is a payload of 0 bytes', () => {
    expect(decodeFrame(bytes('{"type":"ping"}'))).toStrictEqual({ header: { type: 'ping' } });
    expect(decodeFrame(bytes('{"type":"ping"}\n')).payload).toHaveLength(0);
    expect(decodeTextFrame('{"type":"pong"}')).toStrictEqual({ header: { type: 'pong' } });
    expect(decodeTextFrame('{"type":"pong"}\n').payload).toBe('');
  });

  test('[FRAME-1] the first newline ends the header, later ones belong to the payload', () => {
    const frame = decodeFrame(bytes('{"type":"signal"}\n{"a":1}\n{"type":"hello"}\n'));
    expect(frame.header).toEqual({ type: 'signal' });
    expect(text(frame.payload)).toBe('{"a":1}\n{"type":"hello"}\n');
  });

  test('[FRAME-1] the payload is a view of what was decoded, not a copy', () => {
    const frame = bytes('{}\nabc');
    expect(decodeFrame(frame).payload?.buffer).toBe(frame.buffer);
  });

  test('[FRAME-1] bytes: any header and payload come back as they were', () => {
    fc.assert(
      fc.property(header, fc.option(payload, { nil: undefined }), (given, data) => {
        const frame = decodeFrame(encodeFrame(given, data), { headerBytes: 16_384, jsonDepth: 8 });
        expect(frame.header).toEqual(given);
        expect(frame.payload && [...frame.payload]).toEqual(data && [...data]);
      }),
    );
  });

  test('[FRAME-1] text: any header and payload come back as they were', () => {
    fc.assert(
      fc.property(header, fc.option(fc.string({ unit: 'binary' }), { nil: undefined }), (given, data) => {
        const frame = decodeTextFrame(encodeTextFrame(given, data), { headerBytes: 16_384, jsonDepth: 8 });
        expect(frame).toEqual(data === undefined ? { header: given } : { header: given, payload: data });
      }),
    );
  });

  test('[FRAME-1] text and bytes are one layout', () => {
    fc.assert(
      fc.property(header, fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }), (given, data) => {
        expect(text(encodeFrame(given, data))).toBe(encodeTextFrame(given, data));
        const encoded = data === undefined ? undefined : bytes(data);
        expect(text(encodeFrame(given, encoded))).toBe(encodeTextFrame(given, data));
      }),
    );
  });

  test('[FRAME-1] no payload reaches the header, whatever newlines and JSON it holds', () => {
    const hostile = fc.array(
      fc.constantFrom('\n', '\r', '{"type":"hello"}', '"', '}', '\u2028', '\0', '"from":"p_x"'),
    );
    fc.assert(
      fc.property(hostile, (pieces) => {
        const frame = decodeFrame(encodeFrame({ type: 'signal', to: 'p_B' }, pieces.join('')));
        expect(frame.header).toEqual({ type: 'signal', to: 'p_B' });
        expect(text(frame.payload)).toBe(pieces.join(''));
      }),
    );
  });

  test('a newline in a field of the header is escaped', () => {
    const frame = encodeFrame({ name: 'a\nb' }, 'x');
    expect(decodeFrame(frame)).toEqual({ header: { name: 'a\nb' }, payload: bytes('x') });
  });
});

describe('what is no header', () => {
  const refused: Record<string, string | Uint8Array> = {
    nothing: '',
    'a payload alone': '\n{}',
    'no JSON': '{type:"hello"}',
    'cut JSON': '{"type":"hel',
    'two objects': '{}{}',
    null: 'null',
    'an array': '[]',
    'a string': '"hello"',
    'a byte-order mark': '\ufeff{}',
    'bytes that are not UTF-8': Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
    'an overlong encoding': Uint8Array.of(0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d),
    'a surrogate in UTF-8': Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d),
    'a raw control character in a string': '{"a":"\u0001"}',
    '7 levels': '{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}',
    '7 levels of arrays': '{"a":[[[[[[]]]]]]}',
    'a thousand levels': `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`,
    __proto__: '{"type":"hello","__proto__":{"admin":true}}',
    'an escaped __proto__': '{"type":"hello","\\u005f_proto__":1}',
    'a nested __proto__': '{"x":{"a":[{"__proto__":1}]}}',
    'a number beyond a double': '{"n":1e400}',
    'a nested number beyond a double': '{"x":{"a":[-1e999]}}',
    '2,049 bytes': `{"a":"${'a'.repeat(2041)}"}`,
    '2,049 bytes of two-byte characters': `{"ab":"${'é'.repeat(1020)}"}`,
  };

  test.each(Object.entries(refused))('[FRAME-2] %s is bad_frame', (_name, frame) => {
    const given = typeof frame === 'string' ? bytes(frame) : frame;
    expect(() => decodeFrame(given)).toThrow(
      expect.objectContaining({ name: 'FrameError', code: 'bad_frame' }),
    );
  });

  test('[FRAME-2] 2,048 bytes and 6 levels are within the limits', () => {
    expect(decodeFrame(bytes(`{"a":"${'a'.repeat(2040)}"}`)).header).toHaveProperty('a');
    expect(decodeFrame(bytes('{"a":{"a":{"a":{"a":{"a":1}}}}}')).header).toHaveProperty('a');
  });

  test('[FRAME-2] a long payload does not count', () => {
    expect(decodeFrame(bytes(`{}\n${'a'.repeat(60_000)}`)).payload).toHaveLength(60_000);
  });

  test('[FRAME-2] headers of servers may be 16 KiB, also in characters of several bytes', () => {
    expect(decodeTextFrame(`{"a":"${'é'.repeat(8188)}"}`).header).toHaveProperty('a');
    expect(() => decodeTextFrame(`{"a":"${'é'.repeat(8189)}"}`)).toThrow(FrameError);
  });

  test('the message of the error shows nothing of the frame', () => {
    expect(() => decodeFrame(bytes('{"token":"secret"'))).toThrow('the header line is not JSON');
  });

  test('[FRAME-2] any bytes are a frame or a FrameError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        try {
          expect(typeof decodeFrame(data).header).toBe('object');
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
    );
  });
});
