import type { Position } from '@parley/protocol';
import type { Command, RoomState } from '@parley/protocol/internal';

import { disconnect, expire } from './disconnect.js';
import { join } from './join.js';
import { leave } from './leave.js';
import { merge } from './merge.js';
import { numbered } from './numbered.js';
import type { Outcome } from './outcome.js';
import { settings } from './settings.js';

/** What one command makes of a room, if it is committed at `at`. Pure and total: every command has an outcome. */
export function apply(state: RoomState, command: Command, at: Position): Outcome {
  switch (command.do) {
    case 'join':
      return join(state, command, at);
    case 'leave':
      return leave(state, command, at);
    case 'disconnected':
      return disconnect(state, command, at);
    case 'expire':
      return expire(state, command.members, at);
    case 'update':
    case 'message':
      return numbered(state, command, at);
    case 'settings':
      return settings(state, command, at);
    case 'merge':
      return merge(state, command, at);
  }
}
