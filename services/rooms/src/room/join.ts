import type { Position } from '@parley/protocol';
import type { JoinCommand, Member, RoomChange, RoomState } from '@parley/protocol/internal';

import { outcome, rejected } from './outcome.js';
import type { Outcome } from './outcome.js';

/**
 * Join, or resume when the key is known. A resume is refused by neither size nor lock; a new participant by both, here,
 * where the commit decides (I6). Whom it replaces leaves in the same commit and its place counts as free.
 */
export function join(state: RoomState, command: JoinCommand, at: Position): Outcome {
  const known = memberByKey(state, command.keyHash);
  return known === undefined ? admit(state, command, at) : resume(state, command, { known, at });
}

function resume(state: RoomState, command: JoinCommand, to: { known: Member; at: Position }): Outcome {
  const { known, at } = to;
  const { n, gateway } = command;
  if (known.sub !== command.sub) return rejected('key_mismatch');
  if (n > known.n) {
    const bound: RoomChange = { what: 'bound', id: known.id, n, gateway };
    return outcome([bound], { ok: true, at, you: known.id, resumed: true });
  }
  if (n < known.n || gateway !== known.gateway) return rejected('outdated');
  return outcome([], { ok: true, at: state.at, you: known.id, resumed: true });
}

function admit(state: RoomState, command: JoinCommand, at: Position): Outcome {
  const { newId, keyHash, sub, n, gateway, name, kind, caps, attributes } = command;
  if (newId === undefined || state.members.has(newId)) return rejected('internal');
  const isNew = state.at[1] === 0;
  const size = isNew ? command.size : state.size;
  const replaced = replacedMember(state, command);
  const others = state.members.size - (replaced === undefined ? 0 : 1);
  if (state.locked) return rejected('room_locked');
  if (others >= size) return rejected('room_full');
  const member: Member = {
    ...{ id: newId, sub, keyHash, n, gateway, online: true, name, kind, caps, attributes },
    ...{ cmd: 0, cmdAt: at, since: at },
  };
  const changes: RoomChange[] = size === state.size ? [] : [{ what: 'settings', size }];
  if (replaced === undefined) changes.push({ what: 'joined', member });
  else {
    changes.push({ what: 'left', id: replaced.id, reason: 'left' });
    changes.push({ what: 'joined', member, replaces: replaced.id });
  }
  return outcome(changes, { ok: true, at, you: newId, resumed: false });
}

function replacedMember(state: RoomState, { replaces, sub }: JoinCommand): Member | undefined {
  const member = replaces === undefined ? undefined : memberByKey(state, replaces);
  return member?.sub === sub ? member : undefined;
}

/** The member that holds the key, if there is one. */
export function memberByKey(state: RoomState, keyHash: string): Member | undefined {
  for (const member of state.members.values()) if (member.keyHash === keyHash) return member;
  return undefined;
}
