import type { Binding } from '@parley/protocol/internal';

import { isElsewhere, isOwner, isWarm } from './context.js';
import type { Context } from './context.js';
import { gatewaysOf } from './gateways-of.js';
import { isIdle, releaseRoom, setAside } from './hold-room.js';
import { NO_ANSWER } from './job.js';
import { bindingsAt } from './owned-room.js';
import type { OwnedRoom } from './owned-room.js';
import { enqueue } from './run-room.js';
import { expireCommand } from './work-of.js';

/** In one sweep, so that the store is not flooded when all rooms are due at once. */
const MAX_CHECKS = 500;

/** Ends who has been away for the resume window. Whoever commits it names the n, so a resume always wins. */
export function sweepAway(ctx: Context): void {
  for (const room of ctx.awayRooms) {
    if (room.expiring || room.aside || !isOwner(ctx, room)) continue;
    const command = expireCommand(ctx, room);
    if (command === undefined) continue;
    room.expiring = true;
    enqueue(ctx, room, { kind: 'command', command, answer: () => void (room.expiring = false) });
  }
}

/**
 * Makes members away that are online at gateways which nobody hears, seen so in two sweeps in a row (a gateway that just
 * started may be bound before its first heartbeat is heard). Returns the gateways missed in this sweep.
 */
export function sweepGateways(ctx: Context, missedBefore: ReadonlySet<string>): ReadonlySet<string> {
  const missed = new Set<string>();
  if (!isWarm(ctx)) return missed;
  for (const room of ctx.rooms.values()) {
    if (room.state === undefined) continue;
    for (const gateway of gatewaysOf(room.state)) {
      if (ctx.directory.isLive(gateway)) continue;
      missed.add(gateway);
      if (missedBefore.has(gateway)) disconnectAll(ctx, room, gateway);
    }
  }
  return missed;
}

/** Makes everybody away that is online at this gateway. */
export function disconnectAll(ctx: Context, room: OwnedRoom, gateway: string): void {
  if (room.state === undefined || !isOwner(ctx, room)) return;
  const members: readonly Binding[] = bindingsAt(room.state, gateway);
  if (members.length === 0) return;
  enqueue(ctx, room, {
    kind: 'command',
    command: { do: 'disconnected', gateway, members },
    answer: NO_ANSWER,
  });
}

/** Refreshes quiet rooms in the store (N10), and frees those that nobody needs here. */
export function sweepRooms(ctx: Context): void {
  let checks = MAX_CHECKS;
  for (const room of ctx.rooms.values()) {
    if (!isIdle(room)) continue;
    if (!isOwner(ctx, room)) setAside(ctx, room);
    if (!isNeeded(ctx, room)) releaseRoom(ctx, room);
    else if (checks > 0 && isDue(ctx, room)) {
      checks -= 1;
      enqueue(ctx, room, { kind: 'check' });
    }
  }
}

/**
 * Whether the store has to be asked: after a while, when it lost another room, when the room has come back here, or when
 * it failed before a gateway's word could be judged, or copies be merged (which is anybody's who has them).
 */
function isDue(ctx: Context, room: OwnedRoom): boolean {
  const { clock, config, lostAt } = ctx;
  const { aside, checkedAt, claims, fork } = room;
  if (!isOwner(ctx, room)) return fork !== undefined;
  const isOld = checkedAt <= lostAt || clock.now() - checkedAt >= config.touchMs;
  return isOld || aside || claims.size > 0 || fork !== undefined;
}

/** A room with members, or that a gateway may have members of, or the copy of one that is elsewhere, for as long as there is room for it. */
function isNeeded(ctx: Context, room: OwnedRoom): boolean {
  const { config, clock, rooms } = ctx;
  if (room.fork !== undefined) return true;
  const isEmpty = (room.state?.members.size ?? 0) === 0;
  if (!isElsewhere(ctx, room)) return !isEmpty || room.claims.size > 0;
  return !isEmpty && clock.now() - room.usedAt < config.idleMs && rooms.size <= config.maxRooms / 2;
}
