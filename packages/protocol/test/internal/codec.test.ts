import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  decodeBody,
  decodeRecord,
  decodeRoomState,
  emptyRoom,
  encodeBody,
  encodeRecord,
  encodeRoomState,
  roomKey,
} from '../../src/internal/index.js';
import type { Body, ClusterRecord, OwnerReply } from '../../src/internal/index.js';
import { room, step } from './arbitraries.js';

const REF = { app: 'default', room: 'standup' };

describe('records', () => {
  const record: fc.Arbitrary<ClusterRecord> = fc.oneof(
    step.map(({ batch }) => ({ type: 'batch' as const, ...REF, batch })),
    room.map((copy) => {
      const listing = { gateway: 'g_1', at: copy.at, members: [...copy.members.values()], joining: [] };
      return { type: 'listing' as const, ...REF, listing, copy };
    }),
    fc.constant({ type: 'want' as const, ...REF }),
    fc.constant({ type: 'gone' as const, ...REF, participant: 'p_a', n: 3, replaced: true }),
  );

  test('a record comes back as it was, with no payload, any payload and an empty one', () => {
    const payload = fc.option(fc.uint8Array({ maxLength: 50 }), { nil: undefined });
    fc.assert(
      fc.property(record, payload, (one, bytes) => {
        const decoded = decodeRecord(encodeRecord(one, bytes));
        expect(decoded?.record).toEqual(one);
        expect(decoded?.payload).toEqual(bytes);
      }),
    );
  });

  test('a newline in a name is no end of the header', () => {
    const one: ClusterRecord = { type: 'want', app: 'a\nb', room: '\n' };
    expect(decodeRecord(encodeRecord(one, Uint8Array.of(10)))).toEqual({
      record: one,
      payload: Uint8Array.of(10),
    });
  });

  test('what is no record is undefined, never a throw', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
      record.map((one) => encodeRecord(one).subarray(0, -1)),
    );
    fc.assert(
      fc.property(bytes, (some) => {
        const decoded = decodeRecord(some);
        expect(decoded === undefined || typeof decoded.record.type === 'string').toBe(true);
      }),
    );
  });

  test.each([
    '{"type":"listing","copy":1}',
    '{"type":"listing","copy":{}}',
    '{"type":"listing","copy":null}',
  ])('a listing whose copy is none is no record: %s', (text) =>
    expect(decodeRecord(new TextEncoder().encode(text))).toBeUndefined(),
  );
});

describe('bodies and rooms', () => {
  test('a room comes back as it was, as text and in replies', () => {
    fc.assert(
      fc.property(room, (state) => {
        expect(decodeRoomState(encodeRoomState(state))).toEqual(state);
        const fetched: OwnerReply = { type: 'state', state };
        const joined: OwnerReply = { type: 'done', reply: { ok: true, at: state.at, you: 'p_a' }, state };
        for (const body of [fetched, joined]) expect(decodeBody(encodeBody(body))).toEqual(body);
      }),
    );
  });

  test('a body without a room comes back as it was', () => {
    const body: Body = { type: 'refused', error: 'unavailable', retryAfterMs: 5 };
    expect(decodeBody(encodeBody(body))).toEqual(body);
  });

  test.each(['', '1', 'null', '{', '{"state":1}', '{"state":null}', '{"state":{"members":[null]}}'])(
    'what is no body is undefined, never a throw: %s',
    (text) => expect(decodeBody(new TextEncoder().encode(text))).toBeUndefined(),
  );

  test('what is no room throws a SyntaxError', () => {
    for (const text of ['', '1', 'null', '{}', '{"members":1}', '{"members":[null]}']) {
      expect(() => decodeRoomState(text)).toThrow(SyntaxError);
    }
    expect(decodeRoomState(encodeRoomState(emptyRoom(REF, 4)))).toEqual(emptyRoom(REF, 4));
  });
});

test('no two rooms share a key', () => {
  const name = fc.string({ unit: fc.constantFrom('a', '/', ':', ' ', '*', '%'), maxLength: 4 });
  const ref = fc.record({ app: name, room: name });
  fc.assert(
    fc.property(ref, ref, (a, b) => {
      expect(roomKey(a) === roomKey(b)).toBe(a.app === b.app && a.room === b.room);
    }),
  );
});
