import type { Position } from '@parley/protocol';
import type { Command, RoomState } from '@parley/protocol/internal';

import { granted } from './outcome.js';
import type { Outcome } from './outcome.js';

/** Changes what differs. A smaller size removes nobody: it holds from the next join on. */
export function settings(
  state: RoomState,
  wanted: Extract<Command, { do: 'settings' }>,
  at: Position,
): Outcome {
  const locked = wanted.locked === state.locked ? undefined : wanted.locked;
  const size = wanted.size === state.size ? undefined : wanted.size;
  if (locked === undefined && size === undefined) return granted(state, at, []);
  return granted(state, at, [
    { what: 'settings', ...(locked !== undefined && { locked }), ...(size !== undefined && { size }) },
  ]);
}
