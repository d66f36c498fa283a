import { ERRORS, samePosition } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import type { Command, CommandReply, OwnerReply, RoomState } from '@parley/protocol/internal';

import type { Applied } from '../room/apply-all.js';
import type { Context } from './context.js';
import { compareDigest } from './compare-digest.js';
import { refuse } from './job.js';
import type { Job } from './job.js';
import type { OwnedRoom } from './owned-room.js';
import { sendGone } from './tell.js';
import type { Turn, Work } from './turn.js';

/** What a turn came to. */
export interface Done {
  readonly turn: Turn;
  readonly work: Work;
  readonly applied: Applied;
}

/** Answers each job of a turn from the room as it is now. Batches have been sent before. */
export function finish(ctx: Context, room: OwnedRoom, { turn, work, applied }: Done): void {
  const { state } = room;
  if (state === undefined) return refuseAll(ctx, turn.jobs, 'store');
  sendGone(ctx, room, applied.gone);
  const held: readonly Position[] = [state.at, ...(applied.batch ? [applied.batch.prev] : [])];
  for (const job of turn.jobs) {
    const place = work.places.get(job);
    if (job.kind === 'fetch') job.answer({ type: 'state', state });
    else if (job.kind === 'digest') compareDigest(ctx, room, job);
    else if (job.kind === 'listing') ctx.telemetry.count('parley_rooms_merges_total');
    else if (job.kind === 'command')
      answerCommand(ctx, { job, reply: applied.replies[place ?? -1], state, held });
  }
  const left = applied.batch?.changes.filter(
    (change) => change.what === 'left' && change.reason === 'expired',
  );
  if (left !== undefined && left.length > 0)
    ctx.telemetry.count('parley_rooms_expired_total', {}, left.length);
}

interface CommandAnswer {
  readonly job: Extract<Job, { kind: 'command' }>;
  readonly reply: CommandReply | undefined;
  readonly state: RoomState;
  /** Positions from which the sent batch leads to `state`, and that of `state`. */
  readonly held: readonly Position[];
}

function answerCommand(ctx: Context, { job, reply, state, held }: CommandAnswer): void {
  if (reply === undefined) return refuseAll(ctx, [job], 'fault');
  countCommand(ctx, job.command, reply.ok ? 'ok' : reply.error);
  const { copy } = job;
  const hasCopy = copy !== undefined && held.some((at) => samePosition(at, copy));
  const needsState = reply.ok && job.command.do === 'join' && !hasCopy;
  job.answer(needsState ? { type: 'done', reply, state } : { type: 'done', reply });
}

function countCommand(ctx: Context, { do: kind }: Command, result: string): void {
  ctx.telemetry.count('parley_rooms_commands_total', { kind, result });
}

/** Why requests are refused without being applied. */
export type Refusal = 'cannot_own' | 'rooms' | 'room_queue' | 'queue' | 'store' | 'contended' | 'fault';

const RETRY_AFTER_MS = 1_000;

/** The reply of each refusal. */
export function refusal(reason: Refusal): Extract<OwnerReply, { type: 'refused' }> {
  const error = reason === 'room_queue' ? 'rate_limited' : reason === 'fault' ? 'internal' : 'unavailable';
  return { type: 'refused', error, ...(ERRORS[error].retry === 'after' && { retryAfterMs: RETRY_AFTER_MS }) };
}

/** Refuses jobs; nothing of them is known to have happened. */
export function refuseAll(ctx: Context, jobs: readonly Job[], reason: Refusal): void {
  for (const job of jobs) {
    ctx.telemetry.count('parley_rooms_refused_total', { reason });
    if (job.kind === 'command') countCommand(ctx, job.command, refusal(reason).error);
    refuse(job, refusal(reason));
  }
}
