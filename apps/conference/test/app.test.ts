import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemory } from '../src/app/memory.js';
import type { Memory } from '../src/app/memory.js';
import { linkTo, roomOf, roomProblem } from '../src/app/room-address.js';
import { roomName } from '../src/app/room-name.js';
import { takeTicket, TICKET_MS, writeTicket } from '../src/app/ticket.js';
import { initialsOf } from '../src/ui/initials.js';

function memory(): Memory {
  const items = new Map<string, string>();
  return createMemory(
    () =>
      ({
        getItem: (key: string) => items.get(key) ?? null,
        setItem: (key: string, value: string) => void items.set(key, value),
        removeItem: (key: string) => void items.delete(key),
      }) as unknown as Storage,
  );
}

test('a link names the room that it leads to, in any alphabet', () => {
  const name = fc.string({ unit: fc.constantFrom(...'aZ7._-한글ß'), minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(name, (room) => {
      const { pathname, search } = new URL(linkTo('https://call.example', room));
      // A room of dots alone would be a step up in a path.
      fc.pre(!/^\.+$/.test(room));
      expect(roomOf({ pathname, search })).toBe(room);
      expect(roomOf({ pathname: '/', search: `?room=${encodeURIComponent(room)}` })).toBe(room);
    }),
  );
});

test.each(['', '?room=', '?room=a%20b', '?room=%00', `?room=${'x'.repeat(41)}`, '?room=<script>'])(
  'the address %j names no room',
  (search) => expect(roomOf({ pathname: '/', search })).toBeUndefined(),
);

test('a broken path names no room', () => {
  expect(roomOf({ pathname: '/r/%E0%A4', search: '' })).toBeUndefined();
  expect(roomOf({ pathname: '/r/a/b', search: '' })).toBeUndefined();
});

test('made-up names are names', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) => {
      expect(roomProblem(roomName(bytes))).toBeUndefined();
    }),
  );
});

test('a ticket brings back once, to its room, for a minute', () => {
  const session = memory();
  const ticket = { room: 'standup', key: 'k', at: 1_000 };
  writeTicket(session, ticket);
  expect(takeTicket(session, 'standup', 2_000)).toBe('k');
  expect(takeTicket(session, 'standup', 2_000)).toBeUndefined();
  writeTicket(session, ticket);
  expect(takeTicket(session, 'another', 2_000)).toBeUndefined();
  writeTicket(session, ticket);
  expect(takeTicket(session, 'standup', 1_000 + TICKET_MS)).toBeUndefined();
  session.set('ticket', '{');
  expect(takeTicket(session, 'standup', 2_000)).toBeUndefined();
});

test('a browser that keeps nothing is no fault', () => {
  const blocked = createMemory(() => {
    throw new Error('SecurityError');
  });
  blocked.set('name', 'Ann');
  expect([blocked.get('name'), blocked.take('name')]).toEqual([undefined, undefined]);
});

test.each([
  ['Ann Lee', 'AL'],
  ['ann', 'A'],
  ['김하늘', '하늘'],
  ['Anna Maria van Dyk', 'AD'],
  ['', '?'],
  ['😀 smile', '😀S'],
])('the initials of %j are %j', (name, initials) => expect(initialsOf(name)).toBe(initials));
