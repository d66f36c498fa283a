import type { Position } from '@parley/protocol';
import { emptyRoom, reduceRoom } from '@parley/protocol/internal';
import type { Command, JoinCommand, Member, RoomState } from '@parley/protocol/internal';

import { applyAll } from '../../src/room/apply-all.js';
import type { Applied } from '../../src/room/apply-all.js';

export const REF = { app: 'default', room: 'standup' };
export const EMPTY: RoomState = emptyRoom(REF, 64);

/** A join of the participant `p_NAME` with the key `kNAME`. */
export function joinOf(name: string, more: Partial<JoinCommand> = {}): JoinCommand {
  return {
    ...{ do: 'join', keyHash: `k${name}`, sub: name, n: 1, gateway: 'g_1', name, kind: 'standard' },
    ...{ caps: ['link1'], attributes: {}, size: 64, newId: `p_${name}` },
    ...more,
  };
}

/** Commits commands one after the other, each as a commit of its own; replies of the last. */
export function commitAll(state: RoomState, ...commands: Command[]): Applied {
  let applied: Applied = { state, replies: [], gone: [] };
  for (const command of commands) applied = applyAll(applied.state, [command], next(applied.state));
  return applied;
}

/** The next position within the term (a term of 1 begins with the first). */
export function next(state: RoomState): Position {
  return [state.at[0] || 1, state.at[1] + 1];
}

/** A room with these members, each joined in a commit of its own. */
export function roomWith(...names: string[]): RoomState {
  return commitAll(EMPTY, ...names.map((name) => joinOf(name))).state;
}

export function member(state: RoomState, id: string): Member {
  const found = state.members.get(id);
  if (found === undefined) throw new Error(`${id} is not in the room`);
  return found;
}

/** What a copy becomes by the batch. */
export function follow(state: RoomState, { batch }: Applied): RoomState {
  return batch === undefined ? state : reduceRoom(state, batch);
}
