import { ERRORS } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import { decodeBody } from '@parley/protocol/internal';
import type { CommandReply, OwnerReply, RoomBatch, RoomRef, RoomState } from '@parley/protocol/internal';

type Fields = Readonly<Record<string, unknown>>;

/** Whether a value from another process is a position. */
export function isPosition(value: unknown): value is Position {
  return Array.isArray(value) && value.length === 2 && value.every(isCount);
}

/** Whether a value from another process is a batch that can be applied. Unknown kinds of change are fine (F16). */
export function isRoomBatch(value: unknown): value is RoomBatch {
  if (!isObject(value)) return false;
  const { at, prev, changes } = value;
  return isPosition(at) && isPosition(prev) && Array.isArray(changes) && changes.every(isChange);
}

/** An owner's reply about `room`; undefined when the bytes are none. */
export function readOwnerReply(room: RoomRef, bytes: Uint8Array): OwnerReply | undefined {
  let reply: OwnerReply | undefined;
  try {
    reply = decodeBody<OwnerReply>(bytes);
  } catch {
    return undefined;
  }
  switch (reply?.type) {
    case 'done': {
      const { state } = reply;
      return isCommandReply(reply.reply) && (state === undefined || isStateOf(room, state))
        ? reply
        : undefined;
    }
    case 'state':
      return isStateOf(room, reply.state) ? reply : undefined;
    case 'refused':
      return isRefusal(reply) ? reply : undefined;
    case undefined:
      return undefined;
  }
}

function isStateOf(room: RoomRef, value: unknown): value is RoomState {
  if (!isObject(value) || value['app'] !== room.app || value['name'] !== room.room) return false;
  const { at, past, size, locked, members } = value;
  if (!isPosition(at) || !isLineage(past)) return false;
  if (!isCount(size) || typeof locked !== 'boolean' || !(members instanceof Map)) return false;
  return [...members.values()].every(isMember);
}

function isCommandReply(value: unknown): value is CommandReply {
  if (!isObject(value)) return false;
  if (value['ok'] !== true) return value['ok'] === false && isRefusal(value);
  const { at, you, resumed } = value;
  return isPosition(at) && isOptional('string', you) && isOptional('boolean', resumed);
}

function isRefusal(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { error, retryAfterMs } = value;
  return typeof error === 'string' && Object.hasOwn(ERRORS, error) && isOptional('number', retryAfterMs);
}

function isChange(value: unknown): boolean {
  if (!isObject(value) || typeof value['what'] !== 'string') return false;
  if (value['what'] === 'merged') return isLineage(value['past']);
  return value['what'] !== 'joined' || isMember(value['member']);
}

function isLineage(value: unknown): boolean {
  return isObject(value) && Array.isArray(value['terms']) && value['terms'].every(isPosition);
}

function isMember(value: unknown): boolean {
  if (!isObject(value)) return false;
  return typeof value['id'] === 'string' && typeof value['gateway'] === 'string' && isCount(value['n']);
}

function isOptional(type: 'string' | 'number' | 'boolean', value: unknown): boolean {
  return value === undefined || typeof value === type;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
