import type { AdminRoute } from '@parley/kit';
import { isRoomName } from '@parley/protocol';
import type { Rooms } from '../owner/create-rooms.js';

const DEFAULT_APP = 'default';

/** `GET /v1/rooms/{room}/timeline?app=APP` on the admin port, for who has the admin token. */
export function timelineRoute(rooms: Pick<Rooms, 'timeline'>): AdminRoute {
  return {
    method: 'GET',
    path: '/v1/rooms/*/timeline',
    async answer({ parts, query }) {
      const [room = ''] = parts;
      const app = query.get('app') ?? DEFAULT_APP;
      if (!isRoomName(room) || app === '')
        return { status: 400, body: { error: 'no name of a room or an app' } };
      return { status: 200, body: await rooms.timeline({ app, room }) };
    },
  };
}
