import { ORIGIN } from '@parley/protocol';
import type { Listing, ListingRecord, Member, RoomRef } from '@parley/protocol/internal';
import { positionOf } from './room-copy.js';
import type { RoomCopy } from './room-copy.js';

/**
 * What this gateway holds of a room, for its owner: its connected members as it knows them (also those that a whole
 * state lacked), joins in flight, and the copy. A gateway without a copy says that it holds nobody.
 */
export function toListing(room: RoomRef, gateway: string, copy: RoomCopy | undefined): ListingRecord {
  const { app, room: name } = room;
  const state = copy?.mirror.state;
  const listing: Listing = {
    gateway,
    at: copy === undefined ? ORIGIN : positionOf(copy),
    members: copy === undefined ? [] : ownMembers(copy, gateway),
    joining: [...(copy?.joins ?? [])].map(({ keyHash, n }) => ({ keyHash, n })),
  };
  return { type: 'listing', app, room: name, listing, ...(state !== undefined && { copy: state }) };
}

function ownMembers(copy: RoomCopy, gateway: string): Member[] {
  const members: Member[] = [];
  for (const { participant, n } of copy.sessions.values()) {
    const known = copy.mirror.state?.members.get(participant) ?? copy.missing.get(participant);
    if (known !== undefined) members.push({ ...known, n, gateway, online: true });
  }
  return members;
}
