import { roomKey } from '@parley/protocol/internal';
import type { DigestRecord } from '@parley/protocol/internal';

import { compareDigest } from './compare-digest.js';
import { isElsewhere, isOwner } from './context.js';
import type { Context } from './context.js';
import { holdRoom, isIdle, releaseRoom } from './hold-room.js';
import { bindingsAt } from './owned-room.js';
import { enqueue } from './run-room.js';
import { sendWant } from './tell.js';

const MAX_GATEWAYS = 1_000;

interface Cycle {
  readonly cycle: number;
  readonly parts: Set<number>;
  readonly rooms: Set<string>;
}

/** Digests as they come in parts (N3). */
export interface DigestCycles {
  /** Compares each room of the part; at the end of a complete cycle, also those that the gateway does not list. */
  hear(from: string, digest: DigestRecord): void;
  /** Forgets the unfinished cycle of a gateway that is gone. */
  forget(gateway: string): void;
}

/** Creates the bookkeeping of all gateways' cycles; a cycle that lost a part is given up for the next one. */
export function createDigestCycles(ctx: Context): DigestCycles {
  const cycles = new Map<string, Cycle>();
  return {
    hear: (from, digest) => {
      for (const room of digest.rooms) compare(ctx, from, room);
      const cycle = cycleOf(cycles, from, digest);
      if (cycle === undefined) return;
      cycle.parts.add(digest.part);
      for (const room of digest.rooms) cycle.rooms.add(roomKey(room));
      if (cycle.parts.size < digest.parts) return;
      cycles.delete(from);
      askForUnlisted(ctx, from, cycle.rooms);
    },
    forget: (gateway) => void cycles.delete(gateway),
  };
}

function cycleOf(cycles: Map<string, Cycle>, from: string, { cycle }: DigestRecord): Cycle | undefined {
  const current = cycles.get(from);
  if (current !== undefined && current.cycle >= cycle) return current.cycle === cycle ? current : undefined;
  if (current === undefined && cycles.size >= MAX_GATEWAYS) return undefined;
  const begun = { cycle, parts: new Set<number>(), rooms: new Set<string>() };
  cycles.set(from, begun);
  return begun;
}

function compare(ctx: Context, from: string, digest: DigestRecord['rooms'][number]): void {
  const room = holdRoom(ctx, digest);
  if (room === undefined) return;
  if (room.state === undefined && isIdle(room) && isElsewhere(ctx, room)) return releaseRoom(ctx, room);
  room.claims.set(from, digest.at);
  const isAtRest = isIdle(room) && !room.doubt && room.state !== undefined;
  const isPast =
    room.state !== undefined && digest.at[0] === room.state.at[0] && digest.at[1] <= room.state.at[1];
  if (isAtRest && isPast) {
    room.claims.delete(from);
    compareDigest(ctx, room, { from, digest });
  } else {
    enqueue(ctx, room, { kind: 'digest', from, digest });
  }
}

/** What is bound to a gateway that a complete cycle leaves out: it is asked, and an empty listing makes it away. */
function askForUnlisted(ctx: Context, gateway: string, listed: ReadonlySet<string>): void {
  for (const room of ctx.rooms.values()) {
    if (listed.has(room.key) || room.state === undefined || !isOwner(ctx, room)) continue;
    if (bindingsAt(room.state, gateway).length > 0) sendWant(ctx, room, gateway);
  }
}
