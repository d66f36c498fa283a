import { expect, test } from 'vitest';

import { decodeRecord } from '@parley/protocol/internal';
import type { Binding, Listing } from '@parley/protocol/internal';

import type { Context } from '../src/owner/context.js';
import { createOwnedRoom } from '../src/owner/owned-room.js';
import type { OwnedRoom } from '../src/owner/owned-room.js';
import { sendWant } from '../src/owner/tell.js';
import { workOf } from '../src/owner/work-of.js';
import { commitAll, joinOf, member, REF, roomWith } from './support/rooms-of.js';

function held(...names: string[]): OwnedRoom {
  return Object.assign(createOwnedRoom(REF, 0), { state: roomWith(...names) });
}

function commandsFor(room: OwnedRoom, listing: Partial<Listing>, wanted: readonly Binding[]) {
  const heard = {
    from: 'g_1',
    listing: { gateway: 'g_1', at: room.state!.at, members: [], joining: [], ...listing },
    wanted,
  };
  const turn = { jobs: [{ kind: 'listing' as const, heard }], attempts: [], verified: true, storeMs: 0 };
  return workOf(room, room.state!, turn).commands.slice(1);
}

test('[N3] who was bound when the gateway was asked, and is neither listed nor joining, is disconnected', () => {
  const room = held('a', 'b', 'c', 'd');
  const wanted = ['a', 'b', 'c'].map((name) => ({ id: `p_${name}`, n: 1 }));
  const listing = { members: [member(room.state!, 'p_a')], joining: [{ keyHash: 'kb', n: 1 }] };
  expect(commandsFor(room, listing, wanted)).toEqual([
    { do: 'disconnected', gateway: 'g_1', members: [{ id: 'p_c', n: 1 }] },
  ]);
});

test('[N3] a listing that nobody asked for disconnects nobody', () => {
  expect(commandsFor(held('a'), {}, [])).toEqual([]);
});

test('[N3] a second question does not make the answer to the first mean more', () => {
  const room = held('a', 'b');
  const sent: unknown[] = [];
  const ctx = {
    endpoint: { send: (to: string, bytes: Uint8Array) => sent.push([to, decodeRecord(bytes)?.record.type]) },
  } as unknown as Context;
  sendWant(ctx, room, 'g_1');
  room.state = commitAll(room.state!, joinOf('c'), joinOf('a', { n: 2 })).state;
  sendWant(ctx, room, 'g_1');
  expect(sent).toEqual([
    ['g_1', 'want'],
    ['g_1', 'want'],
  ]);
  expect(room.wanted.get('g_1')).toEqual([{ id: 'p_b', n: 1 }]);
});
