import { decodeRecord, roomKey } from '@parley/protocol/internal';

import type { Context } from './context.js';
import type { OwnedRoom } from './owned-room.js';
import { sendPosition } from './tell.js';

const AGAIN_MS = 1_000;
const MAX_PENDING = 10_000;

/**
 * After a publish that failed the gateway is told the position (N2), a second later, and again while that fails too and
 * the gateway is live. Returns what the endpoint calls.
 */
export function createUndelivered(ctx: Context): (to: string, records: readonly Uint8Array[]) => void {
  const pending = new Map<string, Set<OwnedRoom>>();
  let scheduled = false;
  const sendAgain = (): void => {
    scheduled = false;
    for (const [gateway, rooms] of [...pending]) {
      pending.delete(gateway);
      if (ctx.stopped || !ctx.directory.isLive(gateway)) continue;
      for (const room of rooms) sendPosition(ctx, room, gateway);
    }
  };
  return (to, records) => {
    ctx.telemetry.count('parley_rooms_undelivered_total', {}, records.length);
    if (ctx.stopped) return;
    const rooms = pending.get(to) ?? new Set<OwnedRoom>();
    for (const bytes of records) {
      const record = decodeRecord(bytes)?.record;
      if (record?.type !== 'batch' && record?.type !== 'position') continue;
      const room = ctx.rooms.get(roomKey(record));
      if (room !== undefined && rooms.size < MAX_PENDING) rooms.add(room);
    }
    if (rooms.size === 0 || (pending.size >= MAX_PENDING && !pending.has(to))) return;
    pending.set(to, rooms);
    if (scheduled) return;
    scheduled = true;
    void ctx.sleeper.sleep(AGAIN_MS).then(sendAgain);
  };
}
