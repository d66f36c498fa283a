import { comparePositions } from '@parley/protocol';
import { inLineage } from '@parley/protocol/internal';
import type { RoomState } from '@parley/protocol/internal';

import { isWarm } from './context.js';
import type { Context } from './context.js';
import type { Fork, Heard } from './fork.js';
import { forkOf, gatewaysInvolved } from './owned-room.js';
import type { OwnedRoom } from './owned-room.js';
import { verify } from './load-room.js';
import { sendWant } from './tell.js';
import type { Turn } from './turn.js';

/**
 * Looks at where gateways say that they are, and gathers listings if the room turns out to be behind them, or behind
 * this owner's own earlier copy (N4). False: the store holds another state than is known; load and come again.
 */
export async function settleClaims(ctx: Context, room: OwnedRoom, turn: Turn): Promise<boolean> {
  const { state } = room;
  if (state === undefined) return false;
  const strangers = [...room.claims].filter(([, at]) => !inLineage(state, at));
  for (const [, at] of strangers) room.highestSeen = Math.max(room.highestSeen, at[0]);
  if (strangers.length > 0 && !(await verify(ctx, room, turn))) return false;
  const isBehind = strangers.some(([, at]) => comparePositions(at, state.at) > 0);
  if (isBehind) {
    forkOf(room);
    room.epoch = undefined;
  }
  if (room.fork !== undefined && (isBehind || room.fork.waiting === undefined))
    await gather(ctx, room, room.fork);
  else for (const [gateway] of strangers) askOnce(ctx, room, gateway);
  room.claims.clear();
  return true;
}

function askOnce(ctx: Context, room: OwnedRoom, gateway: string): void {
  if (!room.wanted.has(gateway)) sendWant(ctx, room, gateway);
}

/** Asks all gateways that may know of the room for their listings, and waits for them, a second at most. */
async function gather(ctx: Context, room: OwnedRoom, fork: Fork): Promise<void> {
  ctx.telemetry.count('parley_rooms_forks_total');
  ctx.telemetry.log('warn', 'room-forked', { ownCopies: fork.copies.length });
  const gateways = [...gatewaysInvolved(room)];
  const waiting = new Set(gateways.filter((id) => !isWarm(ctx) || ctx.directory.isLive(id)));
  fork.waiting = waiting;
  for (const gateway of gateways) sendWant(ctx, room, gateway);
  if (waiting.size > 0) {
    await ctx.sleeper.sleepUntil(ctx.config.listingWaitMs, (wake) => (fork.complete = wake));
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
