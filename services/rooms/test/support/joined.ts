import type { Position } from '@parley/protocol';
import type { CommandReply, OwnerReply, RoomState } from '@parley/protocol/internal';

/** The granted reply of a command, or a failed test. */
export function granted(reply: OwnerReply): Extract<CommandReply, { ok: true }> {
  if (reply.type !== 'done' || !reply.reply.ok) throw new Error(`not granted: ${JSON.stringify(reply)}`);
  return reply.reply;
}

/** The participant id that a join was answered with. */
export function idOf(reply: OwnerReply): string {
  const { you } = granted(reply);
  if (you === undefined) throw new Error('not the reply of a join');
  return you;
}

/** Key hashes of the members, sorted: who is in the room, whatever the ids. */
export function keysOf(room: RoomState | undefined): string[] {
  return [...(room?.members.values() ?? [])].map(({ keyHash }) => keyHash).sort();
}

/** A position as text, for sets. */
export function textOfPosition([epoch, version]: Position): string {
  return `${epoch}.${version}`;
}
