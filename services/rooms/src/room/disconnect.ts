import type { Position } from '@parley/protocol';
import type { Binding, RoomChange, RoomState } from '@parley/protocol/internal';

import { granted } from './outcome.js';
import type { Outcome } from './outcome.js';

/** Members that are bound at this gateway with exactly the n named become away. */
export function disconnect(
  state: RoomState,
  lost: { readonly gateway: string; readonly members: readonly Binding[] },
  at: Position,
): Outcome {
  const changes = new Map<string, RoomChange>();
  for (const { id, n } of lost.members) {
    const member = state.members.get(id);
    if (member?.online !== true || member.n !== n || member.gateway !== lost.gateway) continue;
    changes.set(id, { what: 'away', id, n });
  }
  return granted(state, at, [...changes.values()]);
}

/** Members that are away with exactly the n named are gone. */
export function expire(state: RoomState, members: readonly Binding[], at: Position): Outcome {
  const changes = new Map<string, RoomChange>();
  for (const { id, n } of members) {
    const member = state.members.get(id);
    if (member === undefined || member.online || member.n !== n) continue;
    changes.set(id, { what: 'left', id, reason: 'expired' });
  }
  return granted(state, at, [...changes.values()]);
}
