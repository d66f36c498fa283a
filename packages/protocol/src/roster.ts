import type { Change, Participant, RoomInfo, Roster, SnapshotPart } from './entities.js';
import type { Batch } from './messages.js';
import { comparePositions } from './position.js';
import type { Position } from './position.js';

/** The roster that the parts of one snapshot make, in any order; `at` is the snapshot's. Without a part, a TypeError. */
export function rosterFrom(at: Position, parts: readonly SnapshotPart[]): Roster {
  const [{ room }] = parts as readonly [SnapshotPart];
  const participants = new Map<string, Participant>();
  for (const part of parts) for (const entry of part.participants) participants.set(entry.id, entry);
  return { at, room, participants };
}

/**
 * The roster after a batch, which applies only if its `prev` is the roster's position. `old`: the roster has it already,
 * or has gone past it; ignore it. `behind`: batches are missing; resume. Unknown kinds of change are skipped, and
 * changes of participants that the roster does not hold have no effect; the position advances all the same.
 */
export function applyBatch(
  roster: Roster,
  batch: Pick<Batch, 'at' | 'prev'>,
  changes: readonly Change[],
): { readonly roster: Roster } | 'behind' | 'old' {
  if (comparePositions(batch.prev, roster.at) !== 0) {
    return comparePositions(batch.at, roster.at) <= 0 ? 'old' : 'behind';
  }
  const participants = new Map(roster.participants);
  let room = roster.room;
  for (const change of changes) {
    if (change.what === 'room') room = changeRoom(room, change);
    else changeParticipants(participants, change);
  }
  return { roster: { at: batch.at, room, participants } };
}

function changeRoom(room: RoomInfo, change: Extract<Change, { what: 'room' }>): RoomInfo {
  const { locked, size } = { ...room, ...change };
  return { ...room, locked, size };
}

function changeParticipants(participants: Map<string, Participant>, change: Change): void {
  if (change.what === 'joined') {
    participants.set(change.participant.id, change.participant);
  } else if (change.what === 'left') {
    participants.delete(change.participant);
  } else if (change.what === 'status' || change.what === 'updated') {
    const entry = participants.get(change.participant);
    if (entry !== undefined) participants.set(entry.id, changeEntry(entry, change));
  }
}

function changeEntry(
  entry: Participant,
  change: Extract<Change, { what: 'status' | 'updated' }>,
): Participant {
  const { status, name, attributes } = { ...entry, ...change };
  return { ...entry, status, name, attributes };
}
