import type { RoomRef } from './records.js';

/**
 * The one text that stands for a room: maps are keyed by it and placement hashes it, so gateways and owners must agree.
 * A room's name holds no control characters, so no two rooms share a text.
 */
export function roomKey({ app, room }: RoomRef): string {
  return `${app}\n${room}`;
}
