import type { RoomRef } from '@parley/protocol/internal';

/** A key of maps by room: different for different rooms, whatever characters the names of app and room hold. */
export function roomKey({ app, room }: RoomRef): string {
  return `${app.length}/${app}/${room}`;
}
