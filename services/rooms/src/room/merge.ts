import { comparePositions } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import { inLineage, reduceRoom, uniteLineages } from '@parley/protocol/internal';
import type {
  Lineage,
  Listing,
  Member,
  MergeCommand,
  RoomChange,
  RoomState,
} from '@parley/protocol/internal';

import { candidatesOf, furthest } from './candidates.js';
import type { Candidate } from './candidates.js';
import { memberByKey } from './join.js';
import type { Gone, Outcome } from './outcome.js';

/**
 * The union of the room with what owner and gateways know (N4). Nobody is removed, but by a later participant with the
 * same key. Who is absent from the store is admitted again with a new `since`, above the room's size too, unless some
 * history that contains its admission lacks it, which proves that it left. Listed connections that are not the binding
 * afterwards are `gone`. Lost commits that copies hold are lineage from then on: their gateways can take the room over,
 * and need not be merged again. The order of copies and listings decides nothing, and the same merge again changes nothing.
 */
export function merge(state: RoomState, command: MergeCommand, at: Position): Outcome {
  const changes: RoomChange[] = [
    ...mergeSettings(state, command.copies),
    ...mergeLineages(state, command.copies),
  ];
  const evidence = [state, ...command.copies];
  const keys = new Set<string>();
  for (const candidate of candidatesOf(command).sort(byBinding)) {
    const { member } = candidate;
    // A key is one client's: its highest n, which comes first, is where that client is now.
    if (keys.has(member.keyHash)) continue;
    const known = state.members.get(member.id);
    if (known !== undefined) {
      if (member.n >= known.n) keys.add(member.keyHash);
      changes.push(...rebind(known, candidate));
    } else if (!hasLeft(member, evidence)) {
      const admitted = admit(state, { ...member, since: at });
      if (admitted.length > 0) keys.add(member.keyHash);
      changes.push(...admitted);
    }
  }
  const after = reduceRoom(state, { at, prev: state.at, changes });
  const sources = [...command.copies, ...command.listings];
  const mustCommit = sources.some((source) => comparePositions(source.at, state.at) > 0);
  const holdsAt = changes.length > 0 || mustCommit ? at : state.at;
  return { changes, reply: { ok: true, at: holdsAt }, gone: goneOf(after, command.listings), mustCommit };
}

/** Of two participants with one key the later binding stands first. */
function byBinding(a: Candidate, b: Candidate): number {
  return b.member.n - a.member.n || (a.member.id < b.member.id ? -1 : 1);
}

function mergeSettings(state: RoomState, copies: readonly RoomState[]): RoomChange[] {
  const locked = copies.some((copy) => copy.locked) && !state.locked;
  const { size } = furthest([state, ...copies]);
  if (!locked && size === state.size) return [];
  return [{ what: 'settings', ...(locked && { locked }), ...(size !== state.size && { size }) }];
}

function mergeLineages(state: RoomState, copies: readonly RoomState[]): RoomChange[] {
  const lost = copies.filter(({ at }) => !inLineage(state, at));
  if (lost.length === 0) return [];
  return [{ what: 'merged', past: uniteLineages(lost.map(wholeLineage)) }];
}

function wholeLineage({ at, past }: RoomState): Lineage {
  return { ...past, terms: [...past.terms, at] };
}

function admit(state: RoomState, member: Member): RoomChange[] {
  const holder = memberByKey(state, member.keyHash);
  if (holder === undefined) return [{ what: 'joined', member }];
  if (holder.n >= member.n || holder.sub !== member.sub) return [];
  return [
    { what: 'left', id: holder.id, reason: 'left' },
    { what: 'joined', member, replaces: holder.id },
  ];
}

function hasLeft(member: Member, evidence: readonly RoomState[]): boolean {
  return evidence.some((room) => !room.members.has(member.id) && inLineage(room, member.since));
}

function rebind(known: Member, { member, vouchers, latest }: Candidate): RoomChange[] {
  const { id, n, gateway, online } = member;
  const changes: RoomChange[] = [];
  if (n > known.n) {
    changes.push({ what: 'bound', id, n, gateway });
    if (!online) changes.push({ what: 'away', id, n });
  } else if (n === known.n && vouchers.has(known.gateway) && !known.online) {
    changes.push({ what: 'bound', id, n, gateway: known.gateway });
  }
  if (latest.cmd > known.cmd) {
    const { cmd, name, attributes } = latest;
    const sameName = name === known.name;
    const sameAttributes = JSON.stringify(attributes) === JSON.stringify(known.attributes);
    changes.push({
      ...{ what: 'updated', id, cmd },
      ...(!sameName && { name }),
      ...(!sameAttributes && { attributes }),
    });
  }
  return changes;
}

function goneOf(after: RoomState, listings: readonly Listing[]): Gone[] {
  const gone = new Map<string, Gone>();
  for (const { gateway, members } of listings) {
    for (const { id, n } of members) {
      const bound = after.members.get(id);
      const isBound = bound?.n === n && bound.gateway === gateway;
      if (!isBound) gone.set(`${gateway}/${id}/${n}`, { gateway, id, n, replaced: bound !== undefined });
    }
  }
  return [...gone.keys()].sort().flatMap((key) => gone.get(key) ?? []);
}
