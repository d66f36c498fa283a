import { describe, expect, test } from 'vitest';
import type { Change, Participant, Position, Roster } from '@parley/protocol';
import { createMembership } from '../../src/signaling/membership.js';

const entry = (id: string, status: 'online' | 'away' = 'online'): Participant => ({
  ...{ id, status, name: '', kind: 'standard', caps: ['link1'], attributes: {} },
});
const room = { name: 'room', locked: false, size: 8 };
const partOf = (...participants: Participant[]): string => JSON.stringify({ room, participants });

function world() {
  const told: { before: Roster | undefined; after: Roster; changes: readonly Change[] }[] = [];
  const membership = createMembership((before, after, changes) => told.push({ before, after, changes }));
  const snapshot = (at: Position, ...parts: string[]): void =>
    parts.forEach((part, i) =>
      membership.snapshot({ type: 'snapshot', part: i + 1, parts: parts.length, at, recovered: false }, part),
    );
  const batch = (prev: Position, at: Position, ...changes: Change[]) =>
    membership.batch({ type: 'batch', at, prev }, JSON.stringify(changes));
  return { told, membership, snapshot, batch };
}

describe('what a client knows of its room', () => {
  test('[SNAP-1] parts make one roster; a connection that ends between them leaves nothing behind', () => {
    const { told, membership, snapshot } = world();
    membership.connected(true);
    membership.snapshot(
      { type: 'snapshot', part: 1, parts: 2, at: [1, 1], recovered: false },
      partOf(entry('p_1')),
    );
    expect(membership.roster).toBe(undefined);
    membership.connected(false);
    snapshot([1, 2], partOf(entry('p_1')), partOf(entry('p_2')));
    expect([...membership.roster!.participants.keys()]).toEqual(['p_1', 'p_2']);
    expect(told.map(({ changes }) => changes.map(({ what }) => what))).toEqual([['joined', 'joined']]);
  });

  test('[BATCH-2] in order; old ones are ignored, others are behind', () => {
    const { told, membership, snapshot, batch } = world();
    membership.connected(true);
    expect(batch([1, 1], [1, 2], { what: 'room', locked: true })).toBe(undefined);
    snapshot([1, 5], partOf(entry('p_1')));
    expect(batch([1, 4], [1, 5], { what: 'joined', participant: entry('p_9') })).toBe(undefined);
    expect(told.length).toBe(1);
    expect(batch([1, 5], [1, 6], { what: 'joined', participant: entry('p_2') })).toBe(undefined);
    expect(batch([1, 7], [1, 8], { what: 'joined', participant: entry('p_3') })).toBe('behind');
    expect([...membership.roster!.participants.keys()]).toEqual(['p_1', 'p_2']);
    expect(membership.roster!.at).toEqual([1, 6]);
  });

  test('[BATCH-1] positions only rise: a snapshot of a gateway that lags changes nothing, one of a later epoch does', () => {
    const { told, membership, snapshot } = world();
    membership.connected(true);
    snapshot([2, 5], partOf(entry('p_1'), entry('p_2')));
    membership.connected(false);
    snapshot([2, 4], partOf(entry('p_1')));
    expect([told.length, membership.roster!.at]).toEqual([1, [2, 5]]);
    snapshot([3, 1], partOf(entry('p_1', 'away')));
    expect(told.at(-1)!.changes).toEqual([
      { what: 'left', participant: 'p_2', reason: 'expired' },
      { what: 'status', participant: 'p_1', status: 'away' },
    ]);
  });

  test('[JOIN-2] another participant takes whatever its first snapshot says, and is told the difference', () => {
    const { told, membership, snapshot, batch } = world();
    membership.connected(true);
    snapshot([2, 5], partOf(entry('p_1'), entry('p_2')));
    membership.connected(true);
    batch([2, 5], [2, 6], { what: 'left', participant: 'p_2', reason: 'left' });
    snapshot([2, 5], partOf(entry('p_2'), entry('p_3')));
    expect(told.length).toBe(2);
    expect(told[1]!.changes.map(({ what }) => what)).toEqual(['left', 'joined']);
  });

  test('the difference tells of names, attributes and the room', () => {
    const { told, membership, snapshot } = world();
    membership.connected(true);
    snapshot([1, 1], partOf(entry('p_1'), entry('p_2')));
    const named = { ...entry('p_1'), name: 'Ann' };
    const muted = { ...entry('p_2'), attributes: { mic: 'off' } };
    snapshot([1, 2], JSON.stringify({ room: { ...room, locked: true }, participants: [named, muted] }));
    expect(told[1]!.changes).toEqual([
      { what: 'updated', participant: 'p_1', name: 'Ann' },
      { what: 'updated', participant: 'p_2', attributes: { mic: 'off' } },
      { what: 'room', locked: true, size: 8 },
    ]);
    snapshot([1, 3], JSON.stringify({ room: { ...room, locked: true }, participants: [named, muted] }));
    expect(told[2]!.changes).toEqual([]);
  });
});
