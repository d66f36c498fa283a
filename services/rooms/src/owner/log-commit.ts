import type { Telemetry } from '@parley/kit';
import type { RoomChange, RoomRef } from '@parley/protocol/internal';

import { log } from '../logs.js';
import type { Committed } from './tell.js';

/** Writes what a commit has changed in the lives of the room and of its participants. */
export function logCommit(telemetry: Telemetry, { app, room }: RoomRef, committed: Committed): void {
  const { before, after, batch } = committed;
  const place = { app, room };
  if (before.at[1] === 0) log(telemetry, 'room-created', place);
  for (const change of batch.changes) {
    if (change.what === 'merged') log(telemetry, 'room-merged', { ...place, members: after.members.size });
    else logChange(telemetry, place, change);
  }
  if (before.members.size > 0 && after.members.size === 0) log(telemetry, 'room-emptied', place);
}

function logChange(
  telemetry: Telemetry,
  place: RoomRef,
  change: Exclude<RoomChange, { what: 'merged' }>,
): void {
  switch (change.what) {
    case 'joined': {
      const { id: participant, gateway, n, kind } = change.member;
      return log(telemetry, 'participant-joined', { ...place, participant, gateway, n, kind });
    }
    case 'bound': {
      const { id: participant, gateway, n } = change;
      return log(telemetry, 'participant-resumed', { ...place, participant, gateway, n });
    }
    case 'away':
      return log(telemetry, 'participant-away', { ...place, participant: change.id, n: change.n });
    case 'left':
      return log(telemetry, 'participant-left', { ...place, participant: change.id, reason: change.reason });
    case 'updated':
    case 'message':
    case 'settings':
      return;
  }
}
