import type { Change, Participant, Roster } from '@parley/protocol';
import { same } from '../same.js';

/** The changes that lead from one roster to another. Why somebody has left is not known any more: `expired`. */
export function rosterDifference(before: Roster | undefined, { participants, room }: Roster): Change[] {
  const known = before?.participants ?? new Map<string, Participant>();
  const changes: Change[] = [];
  for (const id of known.keys()) {
    if (!participants.has(id)) changes.push({ what: 'left', participant: id, reason: 'expired' });
  }
  for (const participant of participants.values()) {
    const earlier = known.get(participant.id);
    if (earlier) changes.push(...entryDifference(earlier, participant));
    else changes.push({ what: 'joined', participant });
  }
  const { locked, size } = room;
  if (before && !same(before.room, room)) changes.push({ what: 'room', locked, size });
  return changes;
}

function entryDifference(before: Participant, { id, status, name, attributes }: Participant): Change[] {
  const changes: Change[] = [];
  if (before.status !== status) changes.push({ what: 'status', participant: id, status });
  const changed = {
    ...(before.name !== name && { name }),
    ...(!same(before.attributes, attributes) && { attributes }),
  };
  if (!same(changed, {})) changes.push({ what: 'updated', participant: id, ...changed });
  return changes;
}
