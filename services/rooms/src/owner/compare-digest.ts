import { samePosition } from '@parley/protocol';
import { bindingsHash } from '@parley/protocol/internal';
import type { RoomDigest } from '@parley/protocol/internal';

import type { Context } from './context.js';
import { bindingsAt } from './owned-room.js';
import type { OwnedRoom } from './owned-room.js';
import { sendPosition, sendWant } from './tell.js';

/**
 * Compares what a gateway says of one room with the room (N3): who is behind is told the position, who has other
 * connections than are bound to it is asked for them.
 */
export function compareDigest(
  ctx: Context,
  room: OwnedRoom,
  { from, digest }: { readonly from: string; readonly digest: RoomDigest },
): void {
  const { state } = room;
  if (state === undefined) return;
  if (!samePosition(state.at, digest.at)) sendPosition(ctx, room, from);
  if (bindingsHash(bindingsAt(state, from)) !== digest.hash) sendWant(ctx, room, from);
}
