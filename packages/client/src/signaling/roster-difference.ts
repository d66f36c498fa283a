import type { Change, Participant, RoomInfo, Roster } from '@parley/protocol';

/** The changes that lead from one roster to another. Why somebody has left is not known any more: `expired`. */
export function rosterDifference(before: Roster | undefined, after: Roster): Change[] {
  const known = before?.participants ?? new Map<string, Participant>();
  const changes: Change[] = [];
  for (const id of known.keys()) {
    if (!after.participants.has(id)) changes.push({ what: 'left', participant: id, reason: 'expired' });
  }
  for (const participant of after.participants.values()) {
    const earlier = known.get(participant.id);
    if (!earlier) changes.push({ what: 'joined', participant });
    else changes.push(...entryDifference(earlier, participant));
  }
  if (before) changes.push(...roomDifference(before.room, after.room));
  return changes;
}

function entryDifference(before: Participant, after: Participant): Change[] {
  const changes: Change[] = [];
  const { id, status, name, attributes } = after;
  if (before.status !== status) changes.push({ what: 'status', participant: id, status });
  const renamed = before.name !== name && { name };
  const changed = JSON.stringify(before.attributes) !== JSON.stringify(attributes) && { attributes };
  if (renamed || changed) changes.push({ what: 'updated', participant: id, ...renamed, ...changed });
  return changes;
}

function roomDifference(before: RoomInfo, { locked, size }: RoomInfo): Change[] {
  const changed = before.locked !== locked || before.size !== size;
  return changed ? [{ what: 'room', locked, size }] : [];
}
