import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Change, Participant, RoomInfo, Roster } from '../../src/index.js';
import {
  reduceRoom,
  visibleChanges,
  visibleDifference,
  visibleParticipants,
  visibleRoster,
} from '../../src/internal/index.js';
import type { RoomState } from '../../src/internal/index.js';
import { room, step } from './arbitraries.js';

/** What a client makes of changes: it knows nothing else of the room. */
function followed(
  roster: Roster,
  changes: readonly Change[],
): { room: RoomInfo; participants: Map<string, Participant> } {
  const participants = new Map(roster.participants);
  let info = roster.room;
  const update = (id: string, more: Partial<Participant>): void => {
    const known = participants.get(id);
    if (known !== undefined) participants.set(id, { ...known, ...more });
  };
  for (const change of changes) {
    if (change.what === 'joined') participants.set(change.participant.id, change.participant);
    if (change.what === 'left') participants.delete(change.participant);
    if (change.what === 'status') update(change.participant, { status: change.status });
    if (change.what === 'room') {
      const { locked = info.locked, size = info.size } = change;
      info = { ...info, locked, size };
    }
    if (change.what === 'updated') {
      const { name, attributes } = change;
      update(change.participant, { ...(name !== undefined && { name }), ...(attributes && { attributes }) });
    }
  }
  return { room: info, participants };
}

function seen(state: RoomState): { room: RoomInfo; participants: Map<string, Participant> } {
  const { room: info, participants } = visibleRoster(state);
  return { room: info, participants: new Map(participants) };
}

/** An id never changes its kind: an owner draws a new id for each join. */
function keepsKinds(before: RoomState, after: RoomState): boolean {
  return [...after.members.values()].every(({ id, kind }) => (before.members.get(id)?.kind ?? kind) === kind);
}

describe('what clients are told', () => {
  test('[N5] follows the room exactly: a client with the changes of a batch sees the room after it', () => {
    fc.assert(
      fc.property(step, ({ state, batch }) => {
        const after = reduceRoom(state, batch);
        const intermediate = batch.changes.map((_, i) =>
          reduceRoom(state, { ...batch, changes: batch.changes.slice(0, i + 1) }),
        );
        fc.pre(intermediate.every((one) => keepsKinds(state, one)));
        fc.pre(
          new Set(
            batch.changes
              .filter(({ what }) => what === 'joined')
              .map((c) => c.what === 'joined' && c.member.id),
          ).size === batch.changes.filter(({ what }) => what === 'joined').length,
        );
        const changes = visibleChanges(batch.changes, state, after);
        expect(followed(visibleRoster(state), changes)).toEqual(seen(after));
      }),
      { numRuns: 500 },
    );
  });

  test('[N5] after a whole state, the difference leads from what was seen to what is', () => {
    fc.assert(
      fc.property(room, room, (before, other) => {
        const after = { ...other, name: before.name };
        fc.pre(keepsKinds(before, after));
        const changed = [...after.members.values()].some(({ id, caps }) => {
          const old = before.members.get(id);
          return old !== undefined && JSON.stringify(old.caps) !== JSON.stringify(caps);
        });
        fc.pre(!changed);
        expect(followed(visibleRoster(before), visibleDifference(before, after))).toEqual(seen(after));
      }),
      { numRuns: 500 },
    );
  });

  test('nothing of a hidden member is told to anybody, in changes, differences or rosters', () => {
    fc.assert(
      fc.property(step, ({ state, batch }) => {
        const hidden = new Set(
          [...state.members.values()].filter(({ kind }) => kind === 'hidden').map(({ id }) => id),
        );
        const joins = batch.changes.flatMap((change) => (change.what === 'joined' ? [change.member] : []));
        fc.pre(joins.every(({ id }) => !state.members.has(id)));
        for (const { id, kind } of joins) if (kind === 'hidden') hidden.add(id);
        fc.pre(joins.every(({ id, kind }) => hidden.has(id) === (kind === 'hidden')));
        const after = reduceRoom(state, batch);
        const told = [...visibleChanges(batch.changes, state, after), ...visibleDifference(state, after)];
        const about = told.flatMap((change) => {
          if (change.what === 'joined') return [change.participant.id];
          if (change.what === 'message') return [change.from];
          return change.what === 'room' ? [] : [change.participant];
        });
        expect(about.filter((id) => hidden.has(id))).toEqual([]);
        expect(visibleParticipants(after).filter(({ id }) => hidden.has(id))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('a hidden member sees itself', () => {
    fc.assert(
      fc.property(room, (state) => {
        for (const { id } of state.members.values()) {
          expect(visibleParticipants(state, id).some((one) => one.id === id)).toBe(true);
        }
      }),
    );
  });
});
