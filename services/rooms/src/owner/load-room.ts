import { emptyRoom, inLineage } from '@parley/protocol/internal';
import type { RoomState } from '@parley/protocol/internal';

import { trackAway } from '../room/expiry.js';
import { callStore } from './call-store.js';
import type { Context } from './context.js';
import { forkOf } from './owned-room.js';
import type { OwnedRoom } from './owned-room.js';
import { measureAway } from './measure-away.js';
import { announceLoad } from './tell.js';
import type { Turn } from './turn.js';

/** Copies kept for a merge: an owner's own, of several loads in a row that contradict each other. */
const MAX_OWN_COPIES = 8;

/**
 * Loads the room unless what is known of it is undoubted; the state that comes back rests on a load or an earlier commit.
 * A load begins a new term. If the loaded room has not grown out of what this owner held, the store lost writes: the own
 * copy is kept for the merge (N4). Rejects with a StoreFailure.
 */
export async function loadRoom(ctx: Context, room: OwnedRoom, turn: Turn): Promise<RoomState> {
  if (room.state !== undefined && !room.doubt) return room.state;
  const stored = await loadStored(ctx, room, turn);
  const before = room.state;
  const loaded = stored?.state ?? emptyRoom(room.ref, ctx.config.roomSize);
  const hasLost = before !== undefined && !inLineage(loaded, before.at);
  // Others may have seen who is away come and go: everybody gets the full window.
  if (room.aside) room.away = new Map();
  room.aside = false;
  room.doubt = false;
  room.epoch = undefined;
  room.checkedAt = ctx.clock.now();
  turn.verified = true;
  setState(ctx, room, loaded);
  if (hasLost) {
    ctx.lostAt = ctx.clock.now();
    const { copies } = forkOf(room);
    if (copies.length < MAX_OWN_COPIES) copies.push(before);
    forkOf(room).waiting = undefined;
  } else if (stored !== undefined) {
    announceLoad(ctx, room, { before: before ?? loaded, after: loaded, batch: stored.batch });
  }
  return loaded;
}

async function loadStored(ctx: Context, room: OwnedRoom, turn: Turn): ReturnType<Context['store']['load']> {
  const count = (result: string): void => ctx.telemetry.count('parley_rooms_loads_total', { result });
  try {
    const stored = await callStore(ctx, turn, (store) => store.load(room.ref));
    count(stored === undefined ? 'empty' : 'found');
    return stored;
  } catch (error) {
    count('failed');
    throw error;
  }
}

/** Makes sure, once a turn, that the store still holds the room as it is known; false: it does not, load it. */
export async function verify(ctx: Context, room: OwnedRoom, turn: Turn): Promise<boolean> {
  const { state } = room;
  if (turn.verified || state === undefined) return turn.verified;
  // Nothing is stored of a room that has had no commit: only a load can tell whether that is still so.
  if (state.at[1] === 0) return doubt(room);
  const count = (result: string): void => ctx.telemetry.count('parley_rooms_checks_total', { result });
  try {
    const result = await callStore(ctx, turn, (store) => store.touch(room.ref, state.at));
    count(result);
    if (result === 'conflict') return doubt(room);
  } catch (error) {
    count('failed');
    throw error;
  }
  room.checkedAt = ctx.clock.now();
  turn.verified = true;
  return true;
}

function doubt(room: OwnedRoom): false {
  room.doubt = true;
  return false;
}

/** Takes over a state that the store holds, with who is away in it. */
export function setState(ctx: Context, room: OwnedRoom, after: RoomState): void {
  const before = room.state;
  const away = trackAway(room.away, {
    ...(before !== undefined && { before }),
    ...{ after, now: ctx.healthy.now(), lastHeard: ctx.lastHeard },
  });
  measureAway(ctx, { before: room.away, after: away, state: after });
  room.away = away;
  if (room.away.size > 0) ctx.awayRooms.add(room);
  else ctx.awayRooms.delete(room);
  room.highestSeen = Math.max(room.highestSeen, after.at[0]);
  room.state = after;
}
