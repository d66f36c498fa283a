import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { applyBatch, rosterFrom } from '@parley/protocol';
import type { Change, Participant, Position, Roster, SnapshotPart } from '@parley/protocol';

function participant(id: string, fields: Partial<Participant> = {}): Participant {
  return { id, name: id, kind: 'standard', status: 'online', caps: [], attributes: {}, ...fields };
}

const room = { name: 'standup', locked: false, size: 64 };
const part = (...ids: string[]): SnapshotPart => ({ room, participants: ids.map((id) => participant(id)) });

/** Applies changes as the next batch; fails the test if they do not apply. */
function after(roster: Roster, ...changes: Change[]): Roster {
  const [epoch, version] = roster.at;
  const result = applyBatch(roster, { prev: roster.at, at: [epoch, version + 1] }, changes);
  if (typeof result === 'string') throw new Error(result);
  return result.roster;
}

describe('snapshots', () => {
  test('[SNAP-1] the participants of all parts are the roster, in any order of parts', () => {
    const roster = rosterFrom([7, 3], [part('p_C'), part('p_A', 'p_B')]);
    expect([...roster.participants.keys()].sort()).toEqual(['p_A', 'p_B', 'p_C']);
    expect(roster.at).toEqual([7, 3]);
    expect(roster.room).toEqual(room);
  });

  test('a snapshot without parts is a fault of the caller', () => {
    expect(() => rosterFrom([7, 3], [])).toThrow(TypeError);
  });
});

describe('batches', () => {
  const start = rosterFrom([7, 3], [part('p_A', 'p_B')]);

  test.each<[string, Position, Position, 'applies' | 'old' | 'behind']>([
    ['prev equal', [7, 3], [7, 4], 'applies'],
    ['prev equal, next epoch', [7, 3], [9, 4], 'applies'],
    ['the batch that it has', [7, 2], [7, 3], 'old'],
    ['an earlier one', [7, 1], [7, 2], 'old'],
    ['one of an earlier epoch with a higher version', [6, 8], [6, 9], 'old'],
    ['one after a gap', [7, 4], [7, 5], 'behind'],
    ['one of a later epoch', [8, 1], [8, 2], 'behind'],
    ['one of another history that ends later', [7, 2], [9, 3], 'behind'],
  ])('[BATCH-2] %s', (_name, prev, at, expected) => {
    const result = applyBatch(start, { prev, at }, [{ what: 'left', participant: 'p_B', reason: 'left' }]);
    if (expected === 'applies') {
      expect(result).toMatchObject({ roster: { at } });
      expect(result).not.toHaveProperty('roster.participants.p_B');
    } else {
      expect(result).toBe(expected);
    }
  });

  test('[BATCH-3] a change of an unknown kind only moves the position', () => {
    const unknown = { what: 'hologram', participant: 'p_A', size: 3 } as unknown as Change;
    expect(after(start, unknown)).toEqual({ ...start, at: [7, 4] });
  });

  test('[BATCH-3] changes of somebody unknown only move the position', () => {
    const roster = after(
      start,
      { what: 'status', participant: 'p_X', status: 'away' },
      { what: 'updated', participant: 'p_X', name: 'X' },
      { what: 'left', participant: 'p_X', reason: 'expired' },
      { what: 'message', from: 'p_X', data: 'hi' },
    );
    expect(roster).toEqual({ ...start, at: [7, 4] });
  });

  test('joined, left, status, updated and room do what they say', () => {
    const roster = after(
      start,
      { what: 'joined', participant: participant('p_C'), replaces: 'p_B' },
      { what: 'left', participant: 'p_B', reason: 'left' },
      { what: 'status', participant: 'p_A', status: 'away' },
      { what: 'updated', participant: 'p_A', name: 'Ann', attributes: { hand: 'up' } },
      { what: 'room', locked: true },
    );
    expect([...roster.participants.values()]).toEqual([
      participant('p_A', { name: 'Ann', status: 'away', attributes: { hand: 'up' } }),
      participant('p_C'),
    ]);
    expect(roster.room).toEqual({ name: 'standup', locked: true, size: 64 });
    expect(after(roster, { what: 'room', size: 2 }).room).toEqual({ name: 'standup', locked: true, size: 2 });
  });

  test('an update takes the place of all attributes, and leaves alone what it does not carry', () => {
    const roster = after(start, { what: 'updated', participant: 'p_A', attributes: { a: '1', b: '2' } });
    const named = after(roster, { what: 'updated', participant: 'p_A', name: 'Ann' });
    expect(named.participants.get('p_A')).toMatchObject({ name: 'Ann', attributes: { a: '1', b: '2' } });
    const next = after(named, { what: 'updated', participant: 'p_A', attributes: { c: '3' } });
    expect(next.participants.get('p_A')).toMatchObject({ name: 'Ann', attributes: { c: '3' } });
  });

  test('the roster before stays as it was', () => {
    const before = structuredClone(start);
    after(start, { what: 'left', participant: 'p_A', reason: 'left' }, { what: 'room', locked: true });
    expect(start).toEqual(before);
  });
});

test('[BATCH-2] batches that come twice, or once more later, change nothing', () => {
  const change = fc.oneof(
    fc
      .constantFrom('p_A', 'p_B', 'p_C')
      .map((id): Change => ({ what: 'joined', participant: participant(id) })),
    fc.constantFrom('p_A', 'p_B').map((id): Change => ({ what: 'left', participant: id, reason: 'left' })),
    fc.boolean().map((locked): Change => ({ what: 'room', locked })),
  );
  const log = fc.array(fc.array(change, { maxLength: 3 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(log, fc.array(fc.nat(20)), (changes, repeats) => {
      const start = rosterFrom([7, 0], [part('p_A')]);
      const apply = (roster: Roster, index: number): Roster => {
        const batch = { prev: [7, index] as Position, at: [7, index + 1] as Position };
        const result = applyBatch(roster, batch, changes[index] ?? []);
        return typeof result === 'string' ? roster : result.roster;
      };
      const once = changes.reduce((roster, _changes, index) => apply(roster, index), start);
      const again = changes.reduce((roster, _changes, index) => {
        const next = apply(roster, index);
        return repeats.reduce((kept, repeat) => apply(kept, Math.min(repeat, index)), next);
      }, start);
      expect(again).toEqual(once);
    }),
  );
});
