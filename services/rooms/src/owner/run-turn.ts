import type { Position } from '@parley/protocol';
import { inLineage } from '@parley/protocol/internal';
import type { RoomState } from '@parley/protocol/internal';

import { applyAll } from '../room/apply-all.js';
import type { Applied } from '../room/apply-all.js';
import { nextEpoch } from '../room/epoch.js';
import { callStore } from './call-store.js';
import type { Context } from './context.js';
import { finish, refuseAll } from './finish.js';
import { settleClaims } from './gather.js';
import type { Job } from './job.js';
import { loadRoom, setState, verify } from './load-room.js';
import type { OwnedRoom } from './owned-room.js';
import type { Store } from '../store/port.js';
import { StoreFailure } from './store-failure.js';
import { announcePosition, publishBatch } from './tell.js';
import type { Committed } from './tell.js';
import type { Turn, Work } from './turn.js';
import { workOf } from './work-of.js';

const MAX_TRIES = 6;

/**
 * Does what a room's jobs ask in at most one commit, and answers each of them once. What it answers rests on a commit or
 * on a version check (N7). Conflicts and unknown results are looked up and tried again (N1); after six tries, or when
 * the store does not answer, the jobs are refused as `unavailable`: then also those that have come meanwhile, which would
 * wait as long for the same. Rejects only for a fault of this service.
 */
export async function runTurn(ctx: Context, room: OwnedRoom, jobs: readonly Job[]): Promise<void> {
  const turn: Turn = { jobs, attempts: [], verified: false, storeMs: 0 };
  try {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (await tryTurn(ctx, room, turn)) return;
      turn.verified = false;
    }
    refuseAll(ctx, jobs, 'contended');
  } catch (error) {
    room.doubt = true;
    if (!(error instanceof StoreFailure)) throw error;
    ctx.telemetry.log('warn', 'store-failed', { reason: error.message });
    const behind = room.queue.splice(0);
    ctx.queued -= behind.length;
    refuseAll(ctx, [...jobs, ...behind], 'store');
  }
}

/** True when all jobs are answered; false to try again on what the store holds. */
async function tryTurn(ctx: Context, room: OwnedRoom, turn: Turn): Promise<boolean> {
  const state = await loadRoom(ctx, room, turn);
  if (finishHappened(ctx, room, turn)) return true;
  if (!(await settleClaims(ctx, room, turn))) return false;
  const work = workOf(room, state, turn);
  const at = nextPosition(ctx, room, state);
  const applied = applyAll(state, work.commands, at);
  if (applied.batch !== undefined) return commit(ctx, room, { turn, work, applied });
  if (work.commands.length > 0 || turn.jobs.some(needsVersion)) {
    if (!(await verify(ctx, room, turn))) return false;
  }
  if (work.isMerge) endFork(ctx, room, { before: state, after: state });
  finish(ctx, room, { turn, work, applied });
  return true;
}

/** A digest alone rests on nothing: it is compared again in the next cycle. */
function needsVersion(job: Job): boolean {
  return job.kind !== 'digest';
}

/** Copies of lost commits are above `prev`, so the batch tells them nothing: the position does. */
function endFork(ctx: Context, room: OwnedRoom, committed: Pick<Committed, 'before' | 'after'>): void {
  room.fork = undefined;
  announcePosition(ctx, room, committed);
}

function nextPosition(ctx: Context, room: OwnedRoom, state: RoomState): Position {
  const { clock, random } = ctx;
  if (room.epoch === undefined) {
    const sources = { state: state.at[0], highestSeen: room.highestSeen, wallMs: clock.wall() };
    room.epoch = nextEpoch(sources, random.below);
  }
  return [room.epoch, state.at[1] + 1];
}

async function commit(
  ctx: Context,
  room: OwnedRoom,
  work: { readonly turn: Turn; readonly work: Work; readonly applied: Applied },
): Promise<boolean> {
  const { turn, applied } = work;
  const { state: before } = room;
  const { batch, state: after } = applied;
  if (before === undefined || batch === undefined) return false;
  const expected = before.at[1] === 0 ? undefined : before.at;
  room.highestSeen = Math.max(room.highestSeen, batch.at[0]);
  const stored = { state: after, batch };
  const result = await tryCommit(ctx, turn, (store) => store.commit(room.ref, expected, stored));
  if (result !== 'ok') {
    turn.attempts.push({ at: batch.at, before, applied, work: work.work });
    room.doubt = true;
    return false;
  }
  room.checkedAt = ctx.clock.now();
  setState(ctx, room, after);
  publishBatch(ctx, room, { before, after, batch });
  if (work.work.isMerge) endFork(ctx, room, { before, after });
  finish(ctx, room, work);
  return true;
}

async function tryCommit(
  ctx: Context,
  turn: Turn,
  call: (store: Store) => ReturnType<Store['commit']>,
): Promise<'ok' | 'conflict' | 'unknown'> {
  let result: 'ok' | 'conflict' | 'unknown' = 'unknown';
  try {
    result = await callStore(ctx, turn, call);
  } catch {
    // A rejection says nothing about whether the write happened: the next load tells.
  }
  ctx.telemetry.count('parley_rooms_commits_total', { result });
  return result;
}

/** A commit that was tried before and that the loaded room has grown out of did happen (N1). */
function finishHappened(ctx: Context, room: OwnedRoom, turn: Turn): boolean {
  const { state } = room;
  const attempt = state && turn.attempts.find(({ at }) => inLineage(state, at));
  if (attempt?.applied.batch === undefined) return false;
  const { before, applied, work } = attempt;
  ctx.telemetry.count('parley_rooms_commits_total', { result: 'happened' });
  const committed = { before, after: applied.state, batch: attempt.applied.batch };
  publishBatch(ctx, room, committed);
  if (work.isMerge) endFork(ctx, room, committed);
  finish(ctx, room, { turn, work, applied });
  return true;
}
