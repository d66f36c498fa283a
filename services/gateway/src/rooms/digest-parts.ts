import { bindingsHash } from '@parley/protocol/internal';
import type { RoomDigest } from '@parley/protocol/internal';
import { ownBindings, positionOf } from './room-copy.js';
import type { RoomCopy } from './room-copy.js';

/** Bytes that one part of a digest stays below (one room alone may be more). */
export const DIGEST_PART_BYTES = 60 * 1024;
const encoder = new TextEncoder();

/** What a digest says of one room. */
export function toRoomDigest(copy: RoomCopy): RoomDigest {
  const { app, room } = copy.ref;
  return { app, room, at: positionOf(copy), hash: bindingsHash(ownBindings(copy)), joining: copy.joins.size };
}

/** Cuts the rooms of one cycle into parts below the bound; always at least one part, which may be empty. */
export function cutParts(
  digests: readonly RoomDigest[],
  maxBytes: number = DIGEST_PART_BYTES,
): RoomDigest[][] {
  const parts: RoomDigest[][] = [[]];
  let bytes = 0;
  for (const digest of digests) {
    const size = encoder.encode(JSON.stringify(digest)).length + 1;
    if (bytes + size > maxBytes && bytes > 0) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(digest);
    bytes += size;
  }
  return parts;
}
