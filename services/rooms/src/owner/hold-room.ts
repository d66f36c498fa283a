import { roomKey } from '@parley/protocol/internal';
import type { RoomRef } from '@parley/protocol/internal';

import type { Context } from './context.js';
import { isOwner } from './context.js';
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
}

/** Forgets rooms that placement has moved elsewhere, so that no old copy is kept of them. */
export function releaseMoved(ctx: Context): void {
  for (const room of ctx.rooms.values()) if (isIdle(room) && !isOwner(ctx, room)) releaseRoom(ctx, room);
}
