import { comparePositions } from '@parley/protocol';
import type { Listing, Member, MergeCommand, RoomState } from '@parley/protocol/internal';

/** What all copies and listings together say of one participant. */
export interface Candidate {
  /** As its latest binding is known. `online` only if nobody who should list it leaves it out. */
  readonly member: Member;
  /** The gateways that list it themselves as connected by that binding. */
  readonly vouchers: ReadonlySet<string>;
  /** The claim with the highest `cmd`: name and attributes are taken from it. */
  readonly latest: Member;
}

/** One candidate a participant id, in order of id, the same in whatever order copies and listings are given. */
export function candidatesOf({ copies, listings }: Pick<MergeCommand, 'copies' | 'listings'>): Candidate[] {
  const claims = new Map<string, Member[]>();
  const add = (member: Member): void => {
    const known = claims.get(member.id);
    if (known === undefined) claims.set(member.id, [member]);
    else known.push(member);
  };
  for (const copy of copies) for (const member of copy.members.values()) add(member);
  for (const { gateway, members } of listings) {
    for (const member of members) add({ ...member, gateway, online: true });
  }
  const listed = listedBindings(listings);
  return [...claims.keys()].sort().map((id) => weigh(claims.get(id) ?? [], listed));
}

/** Which bindings each gateway lists itself. */
type Listed = ReadonlyMap<string, ReadonlySet<string>>;

function listedBindings(listings: readonly Listing[]): Listed {
  const listed = new Map<string, Set<string>>();
  for (const { gateway, members } of listings) {
    const own = listed.get(gateway) ?? new Set();
    listed.set(gateway, own);
    for (const { id, n } of members) own.add(`${id}/${n}`);
  }
  return listed;
}

function weigh(claims: readonly Member[], listed: Listed): Candidate {
  const isVouched = (member: Member): boolean =>
    listed.get(member.gateway)?.has(`${member.id}/${member.n}`) === true;
  const vouches = new Map(claims.map((member) => [member, isVouched(member)]));
  const byBinding = (a: Member, b: Member): number =>
    a.n - b.n || Number(vouches.get(a)) - Number(vouches.get(b)) || comparePositions(a.since, b.since);
  const best = greatest(claims, byBinding);
  const latest = greatest(claims, (a, b) => a.cmd - b.cmd || comparePositions(a.cmdAt, b.cmdAt));
  const vouchers = new Set(claims.filter((m) => m.n === best.n && isVouched(m)).map((m) => m.gateway));
  const since = greatest(
    claims.filter(({ n }) => n === best.n),
    (a, b) => comparePositions(a.since, b.since),
  ).since;
  const { name, attributes, cmd, cmdAt } = latest;
  const online = vouchers.size > 0 || (best.online && !listed.has(best.gateway));
  return { member: { ...best, name, attributes, cmd, cmdAt, since, online }, vouchers, latest };
}

/** The greatest claim; equal ones are told apart by their text, so that the order of claims decides nothing. */
function greatest(claims: readonly Member[], compare: (a: Member, b: Member) => number): Member {
  const text = (member: Member): string => JSON.stringify(member, (_, value: unknown) => sortKeys(value));
  return claims.reduce((best, claim) => {
    const order = compare(claim, best);
    return order > 0 || (order === 0 && text(claim) < text(best)) ? claim : best;
  });
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of several rooms the one that is furthest along. */
export function furthest(rooms: readonly [RoomState, ...RoomState[]]): RoomState {
  return rooms.reduce((best, room) => {
    const order = comparePositions(room.at, best.at);
    return order > 0 || (order === 0 && room.size > best.size) ? room : best;
  });
}
