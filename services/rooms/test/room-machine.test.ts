import { describe, expect, test } from 'vitest';

import { applyAll } from '../src/room/apply-all.js';
import { commitAll, EMPTY, joinOf, member, next, roomWith } from './support/rooms-of.js';

describe('join', () => {
  test('an unknown key is a new participant, in a room of the size that the first join names', () => {
    const { state, replies } = commitAll(EMPTY, joinOf('a', { size: 2 }), joinOf('b', { size: 9 }));
    expect(replies).toEqual([{ ok: true, at: [1, 2], you: 'p_b', resumed: false }]);
    expect(state.size).toBe(2);
    expect(member(state, 'p_b')).toMatchObject({ since: [1, 2], cmd: 0, cmdAt: [1, 2], online: true, n: 1 });
  });

  test('a known key with a higher n binds there, at any gateway, also when the room is full and locked', () => {
    const full = commitAll(EMPTY, joinOf('a', { size: 1 }), { do: 'settings', locked: true }).state;
    const { state, batch, replies } = commitAll(full, joinOf('a', { n: 4, gateway: 'g_2', newId: 'p_x' }));
    expect(replies).toEqual([{ ok: true, at: state.at, you: 'p_a', resumed: true }]);
    expect(batch?.changes).toEqual([{ what: 'bound', id: 'p_a', n: 4, gateway: 'g_2' }]);
    expect(member(state, 'p_a')).toMatchObject({ n: 4, gateway: 'g_2', online: true, since: [1, 1] });
  });

  test('an equal n from the same gateway is answered again with no change', () => {
    const { batch, replies } = commitAll(roomWith('a'), joinOf('a', { newId: 'p_x' }));
    expect(batch).toBeUndefined();
    expect(replies).toEqual([{ ok: true, at: [1, 1], you: 'p_a', resumed: true }]);
  });

  test.each([
    ['outdated', 'a lower n', joinOf('a', { n: 1 })],
    ['outdated', 'an equal n from another gateway', joinOf('a', { n: 2, gateway: 'g_2' })],
    ['key_mismatch', 'another identity', joinOf('a', { n: 3, sub: 'mallory' })],
    ['internal', 'no id drawn', { ...joinOf('b'), newId: undefined } as never],
    ['internal', 'an id that is taken', joinOf('b', { newId: 'p_a' })],
  ])('%s: %s', (error, _, command) => {
    const state = commitAll(roomWith('a'), joinOf('a', { n: 2 })).state;
    const applied = applyAll(state, [command], next(state));
    expect(applied).toEqual({ state, replies: [{ ok: false, error }], gone: [] });
  });

  test('I6 a join is refused by a full or locked room', () => {
    const full = commitAll(EMPTY, joinOf('a', { size: 1 })).state;
    expect(commitAll(full, joinOf('b')).replies).toEqual([{ ok: false, error: 'room_full' }]);
    const locked = commitAll(roomWith('a'), { do: 'settings', locked: true }).state;
    expect(commitAll(locked, joinOf('b')).replies).toEqual([{ ok: false, error: 'room_locked' }]);
  });

  test('I6 of two joins in one commit the one above the size is refused', () => {
    const applied = applyAll(EMPTY, [joinOf('a', { size: 1 }), joinOf('b')], [1, 1]);
    expect(applied.replies.map(({ ok }) => ok)).toEqual([true, false]);
    expect(applied.state.members.size).toBe(1);
  });

  test('whom a join replaces leaves in the same commit, and its place counts as free', () => {
    const full = commitAll(EMPTY, joinOf('a', { size: 1 })).state;
    const { state, batch } = commitAll(full, joinOf('b', { sub: 'a', replaces: 'ka' }));
    expect([...state.members.keys()]).toEqual(['p_b']);
    expect(batch?.changes).toMatchObject([
      { what: 'left', id: 'p_a', reason: 'left' },
      { what: 'joined', member: { id: 'p_b' }, replaces: 'p_a' },
    ]);
  });

  test('nobody replaces a participant of another identity', () => {
    const full = commitAll(EMPTY, joinOf('a', { size: 1 })).state;
    expect(commitAll(full, joinOf('b', { replaces: 'ka' })).replies).toEqual([
      { ok: false, error: 'room_full' },
    ]);
    const { state, batch } = commitAll(roomWith('a'), joinOf('b', { replaces: 'ka' }));
    expect(state.members.size).toBe(2);
    expect(batch?.changes).toMatchObject([{ what: 'joined' }]);
  });
});

describe('cmd', () => {
  const room = roomWith('a', 'b');
  const say = (cmd: number, n = 1, id = 'p_a') => ({ do: 'message', id, n, cmd, data: `#${cmd}` }) as const;

  test('a repeated cmd is answered again from its own commit, not done again', () => {
    const once = commitAll(room, say(1), joinOf('c')).state;
    const again = commitAll(once, say(1));
    expect(again.batch).toBeUndefined();
    expect(again.replies).toEqual([{ ok: true, at: [1, 3] }]);
  });

  test('a repeated cmd in the same commit is done once', () => {
    const { batch, replies } = applyAll(room, [say(1), say(1), say(2)], [1, 3]);
    expect(batch?.changes).toHaveLength(2);
    expect(replies).toEqual(Array(3).fill({ ok: true, at: [1, 3] }));
  });

  test.each([
    ['cmd_out_of_order', 'a gap', say(3)],
    ['cmd_out_of_order', 'an earlier one', { ...say(1) }],
    ['cmd_out_of_order', 'zero', say(0)],
    ['outdated', 'a lower n', say(3, 0)],
    ['outdated', 'a higher n than is bound', say(3, 9)],
    ['not_joined', 'an id that is not there', say(1, 1, 'p_z')],
  ])('%s: %s', (error, what, command) => {
    const state = commitAll(room, say(1), ...(what === 'a gap' || what === 'zero' ? [] : [say(2)])).state;
    const applied = commitAll(state, command);
    expect(applied.replies).toEqual([{ ok: false, error }]);
    expect(applied.batch).toBeUndefined();
  });

  test('updates and messages share the numbering, and given attributes replace all', () => {
    const attributes = { hand: 'up' };
    const { state } = commitAll(room, say(1), {
      do: 'update',
      id: 'p_a',
      n: 1,
      cmd: 2,
      attributes,
      name: 'Ann',
    });
    expect(member(state, 'p_a')).toMatchObject({ cmd: 2, cmdAt: [1, 4], attributes, name: 'Ann' });
  });
});

describe('leave, disconnected, expire, settings', () => {
  test('leave acts on the bound n and on a lower one; who is not there has left', () => {
    const room = commitAll(roomWith('a'), joinOf('a', { n: 5 })).state;
    expect(commitAll(room, { do: 'leave', id: 'p_a', n: 4 }).replies).toEqual([
      { ok: false, error: 'outdated' },
    ]);
    expect(commitAll(room, { do: 'leave', id: 'p_a', n: 5 }).state.members.size).toBe(0);
    expect(commitAll(room, { do: 'leave', id: 'p_a', n: 6 }).batch?.changes).toEqual([
      { what: 'left', id: 'p_a', reason: 'left' },
    ]);
    expect(commitAll(room, { do: 'leave', id: 'p_z', n: 6 })).toMatchObject({
      replies: [{ ok: true, at: room.at }],
    });
  });

  test('disconnected acts on exactly the n and gateway that it names', () => {
    const room = commitAll(roomWith('a'), joinOf('a', { n: 5 })).state;
    const lost = (gateway: string, n: number) =>
      ({ do: 'disconnected', gateway, members: [{ id: 'p_a', n }] }) as const;
    for (const command of [lost('g_1', 4), lost('g_1', 6), lost('g_2', 5)]) {
      expect(commitAll(room, command).batch).toBeUndefined();
    }
    const { state, batch } = commitAll(room, lost('g_1', 5));
    expect(batch?.changes).toEqual([{ what: 'away', id: 'p_a', n: 5 }]);
    expect(commitAll(state, lost('g_1', 5)).batch).toBeUndefined();
  });

  test('expire acts on exactly the n that it names, and only while away', () => {
    const online = roomWith('a');
    const expire = (n: number) => ({ do: 'expire', members: [{ id: 'p_a', n }] }) as const;
    expect(commitAll(online, expire(1)).batch).toBeUndefined();
    const away = commitAll(online, {
      do: 'disconnected',
      gateway: 'g_1',
      members: [{ id: 'p_a', n: 1 }],
    }).state;
    expect(commitAll(away, expire(0)).batch).toBeUndefined();
    expect(commitAll(away, expire(1)).batch?.changes).toEqual([
      { what: 'left', id: 'p_a', reason: 'expired' },
    ]);
    const back = commitAll(away, joinOf('a', { n: 2 })).state;
    expect(commitAll(back, expire(1), expire(2)).batch).toBeUndefined();
  });

  test('settings that are so already are no commit; a smaller size removes nobody', () => {
    const room = roomWith('a', 'b');
    expect(commitAll(room, { do: 'settings', locked: false, size: 64 }).batch).toBeUndefined();
    const { state, batch } = commitAll(room, { do: 'settings', locked: true, size: 1 });
    expect(batch?.changes).toEqual([{ what: 'settings', locked: true, size: 1 }]);
    expect([state.members.size, state.locked, state.size]).toEqual([2, true, 1]);
  });
});
