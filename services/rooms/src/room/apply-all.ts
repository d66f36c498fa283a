import type { Position } from '@parley/protocol';
import { reduceRoom } from '@parley/protocol/internal';
import type { Command, CommandReply, RoomBatch, RoomChange, RoomState } from '@parley/protocol/internal';

import { apply } from './apply.js';
import type { Gone } from './outcome.js';

/** What several commands make of a room in one commit. */
export interface Applied {
  /** The room after `batch`; the room as it was if there is none. */
  readonly state: RoomState;
  /** Absent when nothing has to be committed. */
  readonly batch?: RoomBatch;
  /** One a command, in order. */
  readonly replies: readonly CommandReply[];
  readonly gone: readonly Gone[];
}

/** Applies commands in order, each to the room after the earlier ones; all of them are one batch at `at`. */
export function applyAll(before: RoomState, commands: readonly Command[], at: Position): Applied {
  const prev = before.at;
  const changes: RoomChange[] = [];
  const replies: CommandReply[] = [];
  const gone: Gone[] = [];
  let state = before;
  let mustCommit = false;
  for (const command of commands) {
    const outcome = apply(state, command, at);
    replies.push(outcome.reply);
    gone.push(...outcome.gone);
    mustCommit ||= outcome.mustCommit;
    if (outcome.changes.length === 0 && !outcome.mustCommit) continue;
    changes.push(...outcome.changes);
    state = reduceRoom(state, { at, prev, changes: outcome.changes });
  }
  if (changes.length === 0 && !mustCommit) return { state: before, replies, gone };
  return { state, batch: { at, prev, changes }, replies, gone };
}
