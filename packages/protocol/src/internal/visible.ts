import type { Change, Participant, RoomInfo, Roster } from '../entities.js';
import type { Member, RoomChange, RoomState } from './room-state.js';

/** A member as the other participants see it. */
export function toParticipant(member: Member): Participant {
  const { id, name, kind, caps, attributes } = member;
  return { id, name, kind, status: member.online ? 'online' : 'away', caps, attributes };
}

/** A room's settings as its members see them. */
export function toRoomInfo(state: RoomState): RoomInfo {
  return { name: state.name, locked: state.locked, size: state.size };
}

/** The participants that `viewer` may see: everybody but hidden ones, and itself in any case. */
export function visibleParticipants(state: RoomState, viewer?: string): Participant[] {
  const seen: Participant[] = [];
  for (const member of state.members.values()) {
    if (member.kind !== 'hidden' || member.id === viewer) seen.push(toParticipant(member));
  }
  return seen;
}

/**
 * What clients are told of a batch, the same for all of them. Hidden members appear in none of it; `before` and `after`
 * are the room around the batch (a member that has left is only in `before`).
 */
export function visibleChanges(
  changes: readonly RoomChange[],
  before: RoomState,
  after: RoomState,
): Change[] {
  const isHidden = (id: string): boolean =>
    (before.members.get(id) ?? after.members.get(id))?.kind === 'hidden';
  const seen: Change[] = [];
  for (const change of changes) {
    if (subjectOf(change, isHidden)) continue;
    const shown = toChange(change);
    if (shown !== undefined) seen.push(shown);
  }
  return seen;
}

function subjectOf(change: RoomChange, isHidden: (id: string) => boolean): boolean {
  switch (change.what) {
    case 'settings':
    case 'merged':
      return false;
    case 'joined':
      return change.member.kind === 'hidden';
    case 'message':
      return isHidden(change.from);
    default:
      return isHidden(change.id);
  }
}

function toChange(change: RoomChange): Change | undefined {
  switch (change.what) {
    case 'joined': {
      const participant = toParticipant(change.member);
      return change.replaces === undefined
        ? { what: 'joined', participant }
        : { what: 'joined', participant, replaces: change.replaces };
    }
    case 'left':
      return { what: 'left', participant: change.id, reason: change.reason };
    case 'bound':
      return { what: 'status', participant: change.id, status: 'online' };
    case 'away':
      return { what: 'status', participant: change.id, status: 'away' };
    case 'message':
      return { what: 'message', from: change.from, data: change.data };
    case 'settings':
      return { what: 'room', ...optional('locked', change.locked), ...optional('size', change.size) };
    case 'merged':
      return undefined;
    case 'updated': {
      const { name, attributes } = change;
      if (name === undefined && attributes === undefined) return undefined;
      return {
        what: 'updated',
        participant: change.id,
        ...optional('name', name),
        ...optional('attributes', attributes),
      };
    }
  }
}

/**
 * What a client has to be told so that it sees `after` where it saw `before`: for copies that took a whole state because
 * batches were missing. Messages in between are lost.
 */
export function visibleDifference(before: RoomState, after: RoomState): Change[] {
  const changes: Change[] = [];
  for (const member of before.members.values()) {
    if (member.kind !== 'hidden' && !after.members.has(member.id)) {
      changes.push({ what: 'left', participant: member.id, reason: 'expired' });
    }
  }
  for (const member of after.members.values()) {
    if (member.kind === 'hidden') continue;
    const old = before.members.get(member.id);
    if (old === undefined) changes.push({ what: 'joined', participant: toParticipant(member) });
    else changes.push(...memberDifference(old, member));
  }
  const sameRoom = before.locked === after.locked && before.size === after.size;
  if (!sameRoom) changes.push({ what: 'room', locked: after.locked, size: after.size });
  return changes;
}

function memberDifference(old: Member, now: Member): Change[] {
  const changes: Change[] = [];
  if (old.online !== now.online || (now.online && old.n !== now.n)) {
    changes.push({ what: 'status', participant: now.id, status: now.online ? 'online' : 'away' });
  }
  const sameName = old.name === now.name;
  const sameAttributes = JSON.stringify(old.attributes) === JSON.stringify(now.attributes);
  if (!sameName || !sameAttributes) {
    changes.push({ what: 'updated', participant: now.id, name: now.name, attributes: now.attributes });
  }
  return changes;
}

/** The roster that a client at this position holds (for checks that copies agree). */
export function visibleRoster(state: RoomState, viewer?: string): Roster {
  const participants = new Map(visibleParticipants(state, viewer).map((p) => [p.id, p]));
  return { at: state.at, room: toRoomInfo(state), participants };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
