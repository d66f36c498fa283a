import { describe, expect, test } from 'vitest';

import type { Listing, Member, RoomState } from '@parley/protocol/internal';
import { inLineage } from '@parley/protocol/internal';
import type { Position } from '@parley/protocol';

import { applyAll } from '../src/room/apply-all.js';
import type { Applied } from '../src/room/apply-all.js';
import { commitAll, EMPTY, joinOf, member, roomWith } from './support/rooms-of.js';

const NEW: Position = [9, 50];

function listing(gateway: string, at: Position, ...members: Member[]): Listing {
  return { gateway, at, members, joining: [] };
}

function mergeInto(state: RoomState, copies: RoomState[], listings: Listing[], at = NEW): Applied {
  return applyAll(state, [{ do: 'merge', copies, listings }], at);
}

const away = (room: RoomState, name: string, n = 1): RoomState =>
  commitAll(room, { do: 'disconnected', gateway: 'g_1', members: [{ id: `p_${name}`, n }] }).state;

describe('[N4] a listed participant', () => {
  const room = roomWith('a', 'b');
  const a = member(room, 'p_a');

  test('known, n equal, at this gateway: online', () => {
    const { batch, gone } = mergeInto(away(room, 'a'), [], [listing('g_1', room.at, a)]);
    expect(batch?.changes).toEqual([{ what: 'bound', id: 'p_a', n: 1, gateway: 'g_1' }]);
    expect(gone).toEqual([]);
  });

  test('known and online already: no change, no commit', () => {
    expect(mergeInto(room, [], [listing('g_1', room.at, a)])).toEqual({
      ...{ state: room, gone: [] },
      replies: [{ ok: true, at: room.at }],
    });
  });

  test('known, n equal, elsewhere: gone', () => {
    const { batch, gone } = mergeInto(room, [], [listing('g_2', room.at, a)]);
    expect(batch).toBeUndefined();
    expect(gone).toEqual([{ gateway: 'g_2', id: 'p_a', n: 1, replaced: true }]);
  });

  test('known with a higher n: gone', () => {
    const later = commitAll(room, joinOf('a', { n: 3, gateway: 'g_2' })).state;
    const { batch, gone } = mergeInto(later, [], [listing('g_1', room.at, a)]);
    expect(batch).toBeUndefined();
    expect(gone).toEqual([{ gateway: 'g_1', id: 'p_a', n: 1, replaced: true }]);
  });

  test('known with a lower n: bound', () => {
    const { state, batch, gone } = mergeInto(room, [], [listing('g_2', room.at, { ...a, n: 7 })]);
    expect(batch?.changes).toEqual([{ what: 'bound', id: 'p_a', n: 7, gateway: 'g_2' }]);
    expect([member(state, 'p_a').gateway, gone]).toEqual(['g_2', []]);
  });

  test('unknown, and the lineage contains its since: gone', () => {
    const left = commitAll(room, { do: 'leave', id: 'p_a', n: 1 }).state;
    const { batch, gone } = mergeInto(left, [], [listing('g_1', room.at, a)]);
    expect(batch).toBeUndefined();
    expect(gone).toEqual([{ gateway: 'g_1', id: 'p_a', n: 1, replaced: false }]);
  });

  test('unknown, and the lineage does not contain its since: admitted again, since now', () => {
    const stranger = { ...a, id: 'p_s', keyHash: 'ks', since: [4, 2] as const };
    const { state, gone } = mergeInto(room, [], [listing('g_2', [4, 2], stranger)]);
    expect(member(state, 'p_s')).toEqual({ ...stranger, gateway: 'g_2', online: true, since: NEW });
    expect(gone).toEqual([]);
  });

  test('unknown, with the key of one who is there: gone, so that a key stays unique', () => {
    const earlier = { ...a, id: 'p_old', since: [4, 2] as const };
    const { state, gone } = mergeInto(room, [], [listing('g_2', [4, 2], earlier)]);
    expect(state.members.size).toBe(2);
    expect(gone).toEqual([{ gateway: 'g_2', id: 'p_old', n: 1, replaced: false }]);
  });
});

test('[N4] of two participants with one key the later binding stays, whichever of them is stored', () => {
  const room = roomWith('a', 'b');
  const later: Member = { ...member(room, 'p_a'), id: 'p_new', n: 5, since: [4, 2] };
  const { state, batch, gone } = mergeInto(room, [], [listing('g_2', [4, 2], later)]);
  expect(batch?.changes).toMatchObject([
    { what: 'left', id: 'p_a' },
    { what: 'joined', member: { id: 'p_new', n: 5 }, replaces: 'p_a' },
  ]);
  expect([[...state.members.keys()], gone]).toEqual([['p_b', 'p_new'], []]);
});

test('[N4] of two unknown participants with one key only the later binding is admitted', () => {
  const early: Member = { ...member(roomWith('a'), 'p_a'), since: [4, 1] };
  const late: Member = { ...early, id: 'p_late', n: 2, since: [4, 2] };
  const { state, gone } = mergeInto(EMPTY, [], [listing('g_1', [4, 2], early), listing('g_2', [4, 2], late)]);
  expect([...state.members.keys()]).toEqual(['p_late']);
  expect(gone).toEqual([{ gateway: 'g_1', id: 'p_a', n: 1, replaced: false }]);
});

describe('[N4] a store that lost writes', () => {
  const full = roomWith('a', 'b', 'c');

  test('R7 an emptied store: everybody is admitted again, above the size too, and the room commits above all', () => {
    const { state, batch } = mergeInto(EMPTY, [{ ...full, size: 2 }], []);
    expect([...state.members.keys()]).toEqual(['p_a', 'p_b', 'p_c']);
    expect([state.size, state.at, batch?.prev]).toEqual([2, NEW, [0, 0]]);
    expect([...state.members.values()].every(({ since, online }) => since === NEW && online)).toBe(true);
  });

  test('R7 an older store: who joined since is admitted again, who left in the older history stays gone', () => {
    const older = commitAll(roomWith('a', 'b')).state;
    const forked = commitAll(older, { do: 'leave', id: 'p_b', n: 1 });
    const otherTerm: RoomState = { ...forked.state, at: [3, 3], past: { terms: [[1, 2]], cut: false } };
    const { state } = mergeInto(otherTerm, [full], []);
    expect([...state.members.keys()]).toEqual(['p_a', 'p_c']);
  });

  test('who left in a copy that is further along does not come back from one that is behind', () => {
    const later = commitAll(full, { do: 'leave', id: 'p_b', n: 1 }).state;
    expect([...mergeInto(EMPTY, [full, later], []).state.members.keys()]).toEqual(['p_a', 'p_c']);
  });

  test('the union is locked if any copy is', () => {
    const locked = commitAll(roomWith('a'), { do: 'settings', locked: true }).state;
    expect(mergeInto(EMPTY, [roomWith('b'), locked], []).state.locked).toBe(true);
  });

  test('who is not listed by the gateway that holds it comes back away; the latest binding counts', () => {
    const moved = commitAll(full, joinOf('a', { n: 5, gateway: 'g_2' })).state;
    const { state } = mergeInto(EMPTY, [full, moved], [listing('g_1', full.at, member(full, 'p_b'))]);
    expect(member(state, 'p_a')).toMatchObject({ n: 5, gateway: 'g_2', online: true });
    expect(member(state, 'p_b').online).toBe(true);
    expect(member(state, 'p_c').online).toBe(false);
  });

  test('a cmd that was done in a lost write stays done', () => {
    const said = commitAll(full, { do: 'update', id: 'p_a', n: 1, cmd: 1, name: 'Ann' }).state;
    const { state } = mergeInto({ ...full, at: [2, 3] }, [said], []);
    expect(member(state, 'p_a')).toMatchObject({ cmd: 1, name: 'Ann' });
  });

  test('copies ahead force a commit even when nobody is missing, so that they can follow', () => {
    const { batch, state } = mergeInto(
      roomWith('a'),
      [],
      [listing('g_1', [5, 9], member(roomWith('a'), 'p_a'))],
    );
    expect(batch).toEqual({ at: NEW, prev: [1, 1], changes: [] });
    expect(inLineage(state, [1, 1])).toBe(true);
  });

  test('what a copy knew to be committed is in the lineage of the union, so its gateway can follow; once is enough', () => {
    const other: RoomState = { ...roomWith('d'), at: [3, 7], past: { terms: [[2, 4]], cut: false } };
    const { state, batch } = mergeInto(full, [other], []);
    expect(batch?.changes).toContainEqual({
      what: 'merged',
      past: {
        terms: [
          [2, 4],
          [3, 7],
        ],
        cut: false,
      },
    });
    const known = (
      [
        [1, 3],
        [2, 4],
        [3, 6],
        [3, 7],
      ] as const
    ).map((at) => inLineage(state, at));
    const unknown = (
      [
        [1, 4],
        [2, 5],
        [3, 8],
      ] as const
    ).map((at) => inLineage(state, at));
    expect([known, unknown]).toEqual([
      [true, true, true, true],
      [false, false, false],
    ]);
    expect(mergeInto(state, [other, full], [], [10, 60]).batch).toBeUndefined();
  });

  test('a term that the store lost the end of counts up to its last version anywhere', () => {
    const lost = commitAll(full, joinOf('d')).state;
    const { state } = mergeInto(full, [lost], []);
    expect(state.past.terms).toEqual([[1, 4]]);
  });
});
