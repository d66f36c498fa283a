import type { Position } from '@parley/protocol';
import { roomKey } from '@parley/protocol/internal';
import type { Binding, RoomRef, RoomState } from '@parley/protocol/internal';

import type { AwayTable } from '../room/expiry.js';
import type { Fork } from './fork.js';
import { gatewaysOf } from './gateways-of.js';
import type { Job } from './job.js';

/** One room as this process holds it. Only its own loop (`run-room`) changes `state`, `doubt` and `epoch`. */
export interface OwnedRoom {
  readonly ref: RoomRef;
  readonly key: string;
  /** The last committed state that is known; undefined before the first load. */
  state: RoomState | undefined;
  /** The next turn must load, because a commit's result is unknown or the store said conflict. */
  doubt: boolean;
  /** Placement has put the room elsewhere, or nowhere, since it was used: what is held of it may be old. */
  aside: boolean;
  /** The term under which this owner commits; undefined: the next commit begins one. */
  epoch: number | undefined;
  /** The highest epoch seen of this room, anywhere. */
  highestSeen: number;
  /** Where gateways say that they are, as far as nobody has looked at it. */
  readonly claims: Map<string, Position>;
  /** What was bound to a gateway when it was asked for its listing. */
  readonly wanted: Map<string, readonly Binding[]>;
  /** Set while the room is known to be behind copies elsewhere, until the merge of them is committed. */
  fork: Fork | undefined;
  /** When gateways were last asked because a client said that it had been here. */
  searchedAt: number;
  away: AwayTable;
  expiring: boolean;
  /** Commits that may be made at once, and when that was reckoned. */
  tokens: number;
  tokensAt: number;
  queue: Job[];
  running: Promise<void> | undefined;
  usedAt: number;
  /** When the store last confirmed `state`. */
  checkedAt: number;
}

/** A room that nothing is known of yet. */
export function createOwnedRoom(ref: RoomRef, now: number): OwnedRoom {
  return {
    ref,
    key: roomKey(ref),
    ...{ state: undefined, doubt: false, aside: false, epoch: undefined, highestSeen: 0 },
    ...{ claims: new Map(), wanted: new Map(), fork: undefined, searchedAt: -Infinity },
    ...{ away: new Map(), expiring: false, tokens: 0, tokensAt: -Infinity },
    ...{ queue: [], running: undefined, usedAt: now, checkedAt: now },
  };
}

/** Members that are online at this gateway, as its digest should have them. */
export function bindingsAt(state: RoomState, gateway: string): Binding[] {
  const bindings: Binding[] = [];
  for (const member of state.members.values()) {
    if (member.online && member.gateway === gateway) bindings.push({ id: member.id, n: member.n });
  }
  return bindings;
}

/** Begins, or goes on with, gathering for a merge. */
export function forkOf(room: OwnedRoom): Fork {
  room.fork ??= { copies: [], listings: new Map(), waiting: undefined, complete: () => undefined };
  return room.fork;
}

/** Gateways of all that is known of the room. */
export function gatewaysInvolved(room: OwnedRoom): string[] {
  const known = [...(room.state ? [room.state] : []), ...(room.fork?.copies ?? [])];
  return [...known.flatMap((state) => [...gatewaysOf(state)]), ...room.claims.keys()];
}
