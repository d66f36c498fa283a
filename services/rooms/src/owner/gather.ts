import { comparePositions } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import { inLineage } from '@parley/protocol/internal';
import type { RoomState } from '@parley/protocol/internal';

import { log } from '../logs.js';
import { memberByKey } from '../room/join.js';
import { isWarm } from './context.js';
import type { Context } from './context.js';
import type { Fork, Heard } from './fork.js';
import { forkOf, gatewaysInvolved } from './owned-room.js';
import type { OwnedRoom } from './owned-room.js';
import { verify } from './load-room.js';
import { sendWant } from './tell.js';
import type { Turn } from './turn.js';

/** Tries to hear every gateway while the first commit waits: a question or its answer may be lost. */
const ASKS = 3;
/** A client may say anything: its word makes an owner search no more often than this. */
const SEARCH_PAUSE_MS = 5_000;

/**
 * Looks at where gateways, and clients that come back, say that they were, and gathers listings if the room has not grown
 * out of that, or not out of this owner's own earlier copy (N4). False: the store holds another state than is known;
 * load and come again.
 */
export async function settleClaims(ctx: Context, room: OwnedRoom, turn: Turn): Promise<boolean> {
  const { state } = room;
  if (state === undefined) return false;
  const judged = [...room.claims];
  const strangers = judged.filter(([, at]) => !inLineage(state, at));
  for (const [, at] of strangers) room.highestSeen = Math.max(room.highestSeen, at[0]);
  const mustSearch = needsSearch(ctx, room, turn);
  if ((strangers.length > 0 || mustSearch) && !(await verify(ctx, room, turn))) return false;
  const isBehind = strangers.some(([, at]) => comparePositions(at, state.at) > 0);
  if (isBehind) room.epoch = undefined;
  if (strangers.some(([from]) => !hasListing(turn, from))) forkOf(room).waiting = undefined;
  if (isBehind) forkOf(room).waiting = undefined;
  if (room.fork !== undefined && room.fork.waiting === undefined) {
    ctx.telemetry.count('parley_rooms_forks_total');
    log(ctx.telemetry, 'room-forked', { ...room.ref, ownCopies: room.fork.copies.length });
    await gather(ctx, room, room.fork);
  } else if (mustSearch) {
    room.searchedAt = ctx.clock.now();
    await gather(ctx, room, forkOf(room));
  }
  for (const [from, at] of judged) if (room.claims.get(from) === at) room.claims.delete(from);
  return true;
}

/** Whether that gateway's copy is at hand already, for this turn's merge. */
function hasListing({ jobs }: Turn, from: string): boolean {
  return jobs.some(
    (job) => job.kind === 'listing' && job.heard.from === from && job.heard.copy !== undefined,
  );
}

/**
 * Somebody means to resume whose key is unknown, from a position that is unknown: the store may have lost both, while
 * gateways still have them. Nothing but the search rests on the client's word, its epoch neither.
 */
function needsSearch({ clock }: Context, { state, searchedAt }: OwnedRoom, { jobs }: Turn): boolean {
  if (state === undefined || clock.now() - searchedAt < SEARCH_PAUSE_MS) return false;
  const isUnknown = (seen: Position | undefined): boolean => seen !== undefined && !inLineage(state, seen);
  return jobs.some(
    (job) =>
      job.kind === 'command' &&
      job.command.do === 'join' &&
      isUnknown(job.seen) &&
      memberByKey(state, job.command.keyHash) === undefined,
  );
}

/**
 * Asks all gateways for their listings, and the other replicas for copies that they hold of the room, again while some are
 * silent, and waits for them, a second at most.
 */
async function gather(ctx: Context, room: OwnedRoom, fork: Fork): Promise<void> {
  const { directory, endpoint } = ctx;
  const live = [...directory.live('gateway'), ...directory.live('rooms')].map(({ id }) => id);
  const involved = gatewaysInvolved(room).filter((id) => !isWarm(ctx) || directory.isLive(id));
  const waiting = new Set([...involved, ...live]);
  waiting.delete(endpoint.id);
  fork.waiting = waiting;
  for (let ask = 0; ask < ASKS && waiting.size > 0 && !ctx.stopped; ask += 1) {
    for (const gateway of waiting) sendWant(ctx, room, gateway);
    await ctx.sleeper.sleepUntil(ctx.config.listingWaitMs / ASKS, (wake) => (fork.complete = wake));
  }
  fork.complete = () => undefined;
  // A listing that comes later is judged by itself.
  waiting.clear();
}

/** Takes a listing that is waited for; false: it is not, so it has to be judged by itself. */
export function collectListing(room: OwnedRoom, heard: Heard): boolean {
  const { fork } = room;
  if (fork?.waiting?.delete(heard.from) !== true) return false;
  fork.listings.set(heard.from, heard);
  if (fork.waiting.size === 0) fork.complete();
  return true;
}

/** What a listing brings to a merge: the gateway's copy too, unless the room has grown out of it. */
export function copiesOf(state: RoomState, heard: readonly Heard[]): RoomState[] {
  return heard.flatMap(({ copy }) => (copy === undefined || inLineage(state, copy.at) ? [] : [copy]));
}
