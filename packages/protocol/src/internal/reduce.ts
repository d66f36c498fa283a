import type { Position } from '../position.js';
import type { Lineage, Member, RoomBatch, RoomChange, RoomState } from './room-state.js';
import type { RoomRef } from './records.js';

const KEPT_TERMS = 32;

/** A room that nobody has been in. */
export function emptyRoom(ref: RoomRef, size: number): RoomState {
  return {
    app: ref.app,
    name: ref.room,
    at: [0, 0],
    past: { terms: [], cut: false },
    locked: false,
    size,
    members: new Map(),
  };
}

/**
 * The room after a batch. The owner commits what this gives, and every copy becomes equal to it by the same function.
 * The caller has checked that `batch.prev` is the room's position.
 */
export function reduceRoom(state: RoomState, batch: RoomBatch): RoomState {
  const members = new Map(state.members);
  let { locked, size } = state;
  let past = advanceLineage(state, batch.at);
  for (const change of batch.changes) {
    if (change.what === 'settings') {
      locked = change.locked ?? locked;
      size = change.size ?? size;
    } else if (change.what === 'merged') {
      past = uniteLineages([past, change.past]);
    } else {
      reduceMember(members, change, batch.at);
    }
  }
  return { ...state, at: batch.at, past, locked, size, members };
}

function reduceMember(
  members: Map<string, Member>,
  change: Exclude<RoomChange, { what: 'settings' | 'merged' }>,
  at: Position,
): void {
  if (change.what === 'joined') {
    members.set(change.member.id, change.member);
    return;
  }
  const id = change.what === 'message' ? change.from : change.id;
  const member = members.get(id);
  if (member === undefined) return;
  switch (change.what) {
    case 'left':
      members.delete(id);
      return;
    case 'bound':
      members.set(id, { ...member, n: change.n, gateway: change.gateway, online: true });
      return;
    case 'away':
      members.set(id, { ...member, online: false });
      return;
    case 'message':
      members.set(id, { ...member, cmd: change.cmd, cmdAt: at });
      return;
    case 'updated': {
      const { name = member.name, attributes = member.attributes, cmd } = change;
      members.set(id, { ...member, name, attributes, cmd, cmdAt: at });
      return;
    }
  }
}

/** The lineage once the room has moved to `to`: a term that ends is remembered with its last version. */
export function advanceLineage(state: RoomState, to: Position): Lineage {
  const [epoch, version] = state.at;
  if (epoch === to[0] || version === 0) return state.past;
  const terms = [...state.past.terms, [epoch, version] as const];
  return { terms: terms.slice(-KEPT_TERMS), cut: state.past.cut || terms.length > KEPT_TERMS };
}

/** All terms of several lineages, each with its last version anywhere; the same in whatever order they are given. */
export function uniteLineages(lineages: readonly Lineage[]): Lineage {
  const last = new Map<number, number>();
  for (const [epoch, version] of lineages.flatMap(({ terms }) => terms)) {
    last.set(epoch, Math.max(version, last.get(epoch) ?? 0));
  }
  const terms = [...last].sort(([a], [b]) => a - b);
  return {
    terms: terms.slice(-KEPT_TERMS),
    cut: lineages.some(({ cut }) => cut) || terms.length > KEPT_TERMS,
  };
}

/** Whether `state` has grown out of `position`: if not, what was committed at `position` is unknown to it. */
export function inLineage(state: RoomState, position: Position): boolean {
  const [epoch, version] = position;
  if (version === 0) return true;
  if (epoch === state.at[0]) return version <= state.at[1];
  const term = state.past.terms.find(([past]) => past === epoch);
  if (term !== undefined) return version <= term[1];
  const oldest = state.past.terms[0]?.[0] ?? state.at[0];
  return state.past.cut && epoch < oldest;
}
