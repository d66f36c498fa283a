import type { Command, CommandReply, CommandRequest, OwnerReply, RoomRef } from '@parley/protocol/internal';
import type { OwnerClient } from './owner-client.js';
import type { RoomCopy } from './room-copy.js';

/** A command as a request, with the position of this gateway's copy if it has one. */
export function toCommandRequest(room: RoomRef, command: Command, copy?: RoomCopy): CommandRequest {
  const request = { type: 'command', app: room.app, room: room.room, command } as const;
  const at = copy?.mirror.state?.at;
  return at === undefined ? request : { ...request, copy: at };
}

/** An owner's answer to a command; refusals that tell no time get one. */
export function toCommandReply(reply: OwnerReply, owners: Pick<OwnerClient, 'unavailable'>): CommandReply {
  if (reply.type === 'done') return reply.reply;
  const { error, retryAfterMs } = reply.type === 'refused' ? reply : owners.unavailable();
  return { ok: false, error, retryAfterMs: retryAfterMs ?? owners.unavailable().retryAfterMs ?? 0 };
}
