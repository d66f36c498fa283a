import type { Command } from '@parley/protocol/internal';

import { log } from '../logs.js';
import type { Context } from './context.js';
import { refuseAll } from './finish.js';
import type { Job } from './job.js';
import type { OwnedRoom } from './owned-room.js';
import { runTurn } from './run-turn.js';

const MAX_JOBS = 256;
/** Characters that one commit's commands may bring, so that a batch stays below what one publish may carry. */
const MAX_COST = 131_072;
const COALESCE_ABOVE = 32;
const COALESCE_MS = { least: 20, spread: 31 };

/** Queues a job, and sees to it that the room's loop runs. */
export function enqueue(ctx: Context, room: OwnedRoom, job: Job): void {
  room.usedAt = ctx.clock.now();
  if (ctx.stopped) return refuseAll(ctx, [job], 'cannot_own');
  if (room.queue.length >= ctx.config.maxQueuedPerRoom) return refuseAll(ctx, [job], 'room_queue');
  if (ctx.queued >= ctx.config.maxQueued) return refuseAll(ctx, [job], 'queue');
  room.queue.push(job);
  ctx.queued += 1;
  room.running ??= runRoom(ctx, room);
}

/** One loop a room: turn after turn until nothing waits. Never rejects. */
async function runRoom(ctx: Context, room: OwnedRoom): Promise<void> {
  // The first turn must begin after `enqueue` has noted that the loop runs.
  await Promise.resolve();
  while (room.queue.length > 0) {
    await pace(ctx, room);
    const jobs = take(ctx, room);
    try {
      if (ctx.stopped) refuseAll(ctx, jobs, 'cannot_own');
      else await runTurn(ctx, room, jobs);
    } catch (error) {
      room.doubt = true;
      refuseAll(ctx, jobs, 'fault');
      ctx.telemetry.count('parley_rooms_faults_total');
      log(ctx.telemetry, 'turn-failed', {
        ...room.ref,
        reason: error instanceof Error ? error.message : 'unknown',
      });
    }
  }
  room.running = undefined;
  room.usedAt = ctx.clock.now();
}

/** Jobs for one commit, in order. */
function take(ctx: Context, room: OwnedRoom): Job[] {
  let cost = 0;
  let count = 0;
  for (const job of room.queue) {
    cost += costOf(job);
    if (count > 0 && (count >= MAX_JOBS || cost > MAX_COST)) break;
    count += 1;
  }
  ctx.queued -= count;
  return room.queue.splice(0, count);
}

function costOf(job: Job): number {
  if (job.kind === 'listing') return job.heard.listing.members.length * 1024;
  if (job.kind !== 'command') return 0;
  return costOfCommand(job.command);
}

function costOfCommand(command: Command): number {
  switch (command.do) {
    case 'message':
      return 256 + command.data.length;
    case 'join':
    case 'update':
      return 2048;
    default:
      return 256;
  }
}

/**
 * Keeps a room below its commits a second (N10): a fifth of them may come at once, the rest evenly. Rooms of more than
 * 32 wait 20-50 ms, so that what comes together is one batch.
 */
async function pace(ctx: Context, room: OwnedRoom): Promise<void> {
  const { maxCommitsPerSecond } = ctx.config;
  const burst = Math.max(1, Math.floor(maxCommitsPerSecond / 5));
  const perMs = Math.max(1, maxCommitsPerSecond - burst) / 1000;
  const refill = (): void => {
    const now = ctx.clock.now();
    room.tokens = Math.min(burst, room.tokens + (now - room.tokensAt) * perMs);
    room.tokensAt = now;
  };
  refill();
  const isLarge = (room.state?.members.size ?? 0) > COALESCE_ABOVE;
  const coalesceMs = isLarge ? COALESCE_MS.least + ctx.random.below(COALESCE_MS.spread) : 0;
  const waitMs = Math.max(coalesceMs, Math.ceil((1 - room.tokens) / perMs));
  if (waitMs > 0) await ctx.sleeper.sleep(waitMs);
  refill();
  room.tokens -= 1;
}
