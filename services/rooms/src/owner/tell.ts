import { ORIGIN } from '@parley/protocol';
import { encodeRecord, roomKey } from '@parley/protocol/internal';
import type { Binding, ClusterRecord, RoomBatch, RoomRef, RoomState } from '@parley/protocol/internal';

import type { Gone } from '../room/outcome.js';
import type { Context } from './context.js';
import { gatewaysOf } from './gateways-of.js';
import { bindingsAt } from './owned-room.js';
import type { OwnedRoom } from './owned-room.js';

/** Sends a batch to each gateway that holds the room before or after it. */
export function publishBatch(ctx: Context, room: OwnedRoom, commit: Committed): void {
  const { before, after, batch } = commit;
  sendAll(ctx, union(gatewaysOf(before), gatewaysOf(after)), { type: 'batch', ...room.ref, batch });
}

/** One commit: the batch, and the room around it. */
export interface Committed {
  readonly before: RoomState;
  readonly after: RoomState;
  readonly batch: RoomBatch;
}

/** After a load (N2): the last batch again, for who missed just that, then the position, for who is elsewhere. */
export function announceLoad(ctx: Context, room: OwnedRoom, loaded: Committed): void {
  const gateways = union(gatewaysOf(loaded.before), gatewaysOf(loaded.after));
  sendAll(ctx, gateways, { type: 'batch', ...room.ref, batch: loaded.batch });
  announcePosition(ctx, room, loaded);
}

/** Tells the gateways that hold the room before or after a commit where it is. */
export function announcePosition(
  ctx: Context,
  room: OwnedRoom,
  { before, after }: Pick<Committed, 'before' | 'after'>,
): void {
  sendAll(ctx, union(gatewaysOf(before), gatewaysOf(after)), { type: 'position', ...room.ref, at: after.at });
}

/** Tells one gateway where the room is. */
export function sendPosition(ctx: Context, room: OwnedRoom, gateway: string): void {
  if (room.state !== undefined) sendAll(ctx, [gateway], { type: 'position', ...room.ref, at: room.state.at });
}

/** Asks a gateway for its listing, and notes what was bound to it then: only that can be missing from the answer. */
export function sendWant(ctx: Context, room: OwnedRoom, gateway: string): void {
  const bound = room.state === undefined ? [] : bindingsAt(room.state, gateway);
  const asked = room.wanted.get(gateway);
  // An answer to the earlier question may be under way: it cannot know of what was bound since.
  const isOld = ({ id, n }: Binding): boolean => asked?.some((one) => one.id === id && one.n === n) !== false;
  room.wanted.set(gateway, bound.filter(isOld));
  sendAll(ctx, [gateway], { type: 'want', ...room.ref });
}

/** Asks all gateways what they hold: what they told while the link was down is lost, and so is what they were told. */
export function sendResync(ctx: Context): void {
  const gateways = ctx.directory.live('gateway').map(({ id }) => id);
  sendAll(ctx, gateways, { type: 'resync' });
}

/** Answers another replica that looks for what the store may have lost: with what is held here, or that nothing is. */
export function sendOwnCopy(ctx: Context, replica: string, { app, room: name }: RoomRef): void {
  const ref: RoomRef = { app, room: name };
  const room = ctx.rooms.get(roomKey(ref));
  // What the store holds now the other one has loaded itself: what it has lost is wanted.
  const state = room?.fork?.copies.at(-1) ?? room?.state;
  const listing = { gateway: ctx.endpoint.id, at: state?.at ?? ORIGIN, members: [], joining: [] };
  sendAll(ctx, [replica], { type: 'listing', ...ref, listing, ...(state && { copy: state }) });
}

/** Tells gateways of connections that they have to let go. */
export function sendGone(ctx: Context, room: OwnedRoom, gone: readonly Gone[]): void {
  for (const { gateway, id, n, replaced } of gone) {
    ctx.telemetry.count('parley_rooms_gone_total');
    sendAll(ctx, [gateway], { type: 'gone', ...room.ref, participant: id, n, replaced });
  }
}

function sendAll(ctx: Context, gateways: Iterable<string>, record: ClusterRecord): void {
  const bytes = encodeRecord(record);
  for (const gateway of gateways) ctx.endpoint.send(gateway, bytes);
}

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a, ...b]);
}
