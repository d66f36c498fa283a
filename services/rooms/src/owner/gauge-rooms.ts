import { ROOM_SIZES } from '../telemetry.js';
import type { Context } from './context.js';

/** Sets the gauges of what this replica holds. */
export function gaugeRooms({ rooms, queued, config, telemetry }: Context): void {
  const counts = new Map<string, number>(ROOM_SIZES.map(([, size]) => [size, 0]));
  let participants = 0;
  for (const { state } of rooms.values()) {
    const members = state?.members.size ?? 0;
    participants += members;
    const size = sizeOf(members);
    counts.set(size, (counts.get(size) ?? 0) + 1);
  }
  for (const [size, count] of counts) telemetry.gauge('parley_rooms_by_size', count, { size });
  telemetry.gauge('parley_rooms_held', rooms.size);
  telemetry.gauge('parley_rooms_participants', participants);
  telemetry.gauge('parley_rooms_queued', queued);
  telemetry.gauge('parley_queue_used_ratio', queued / config.maxQueued, { queue: 'room-requests' });
}

function sizeOf(members: number): string {
  return ROOM_SIZES.findLast(([least]) => members >= least)?.[1] ?? '0';
}
