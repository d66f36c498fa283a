import type { Position } from '@parley/protocol';
import type { Binding, RoomState } from '@parley/protocol/internal';

import { granted, rejected } from './outcome.js';
import type { Outcome } from './outcome.js';

/** Leaves by the connection that is bound, or a later one; who is not there any more has left already. */
export function leave(state: RoomState, { id, n }: Binding, at: Position): Outcome {
  const member = state.members.get(id);
  if (member === undefined) return granted(state, at, []);
  if (member.n > n) return rejected('outdated');
  return granted(state, at, [{ what: 'left', id, reason: 'left' }]);
}
