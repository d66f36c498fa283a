import type { Position } from '@parley/protocol';
import type { Command, RoomChange, RoomState } from '@parley/protocol/internal';

import { granted, grantedBefore, rejected } from './outcome.js';
import type { Outcome } from './outcome.js';

/** The commands that a participant numbers by `cmd`. */
export type NumberedCommand = Extract<Command, { do: 'update' | 'message' }>;

/** Done once for each `cmd`: the last one is answered again, not done again. Only the bound connection may. */
export function numbered(state: RoomState, command: NumberedCommand, at: Position): Outcome {
  const { id, n, cmd } = command;
  const member = state.members.get(id);
  if (member === undefined) return rejected('not_joined');
  if (n !== member.n) return rejected('outdated');
  if (cmd === member.cmd && cmd > 0) return grantedBefore(member.cmdAt);
  if (cmd !== member.cmd + 1) return rejected('cmd_out_of_order');
  return granted(state, at, [toChange(command)]);
}

function toChange(command: NumberedCommand): RoomChange {
  const { id, cmd } = command;
  if (command.do === 'message') return { what: 'message', from: id, cmd, data: command.data };
  const { name, attributes } = command;
  return {
    ...{ what: 'updated', id, cmd },
    ...(name !== undefined && { name }),
    ...(attributes !== undefined && { attributes }),
  };
}
