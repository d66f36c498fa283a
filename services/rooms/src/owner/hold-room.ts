import { roomKey } from '@parley/protocol/internal';
import type { RoomRef } from '@parley/protocol/internal';

import { log } from '../logs.js';
import type { Context } from './context.js';
import { isElsewhere, isOwner } from './context.js';
import { createOwnedRoom } from './owned-room.js';
import type { OwnedRoom } from './owned-room.js';

/** The room as it is held here, from now on if it was not; undefined when no further one fits. */
export function holdRoom(ctx: Context, { app, room: name }: RoomRef): OwnedRoom | undefined {
  const ref: RoomRef = { app, room: name };
  const held = ctx.rooms.get(roomKey(ref));
  if (held !== undefined) return held;
  if (ctx.rooms.size >= ctx.config.maxRooms) return undefined;
  const room = createOwnedRoom(ref, ctx.clock.now());
  ctx.rooms.set(room.key, room);
  return room;
}

/** Whether nothing is under way in the room. */
export function isIdle(room: OwnedRoom): boolean {
  return room.running === undefined && room.queue.length === 0;
}

/** Forgets what is held of a room; the store keeps it. */
export function releaseRoom(ctx: Context, room: OwnedRoom): void {
  ctx.rooms.delete(room.key);
  ctx.awayRooms.delete(room);
  if (room.state !== undefined) {
    log(ctx.telemetry, 'room-forgotten', { ...room.ref, members: room.state.members.size });
  }
}

/** Sets rooms aside that are not this replica's now. */
export function setMovedAside(ctx: Context): void {
  for (const room of ctx.rooms.values()) if (isIdle(room) && !isOwner(ctx, room)) setAside(ctx, room);
}

/**
 * What is known of the room is loaded and judged before it is used again, but it is kept for a while: should the store
 * lose the room just now, it may be all that is left of it.
 */
export function setAside(ctx: Context, room: OwnedRoom): void {
  if (room.aside) return;
  room.aside = true;
  room.doubt = true;
  room.usedAt = ctx.clock.now();
  if (isElsewhere(ctx, room)) ctx.awayRooms.delete(room);
}
