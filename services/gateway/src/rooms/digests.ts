import type { Directory, Endpoint } from '@parley/bus';
import type { Cancel, Clock, Random, Telemetry } from '@parley/kit';
import { encodeRecord } from '@parley/protocol/internal';
import type { RoomDigest, RoomRef } from '@parley/protocol/internal';
import { cutParts, toRoomDigest } from './digest-parts.js';
import type { RoomCopy } from './room-copy.js';
import type { RoomMetric } from './telemetry.js';

/** Tells owners what this gateway holds, so that whatever a bus or a store lost is found (N3). */
export interface Digests {
  start(): void;
  stop(): void;
  /**
   * A cycle to every owner within 200 ms, as the bus may have lost something, and another one a second later: an owner that
   * lost its link with this gateway may be back later.
   */
  hurry(): void;
}

/** What digests work with. */
export interface DigestsDeps {
  readonly endpoint: Pick<Endpoint, 'send'>;
  readonly directory: Pick<Directory, 'owners' | 'onChange'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly rooms: () => Iterable<RoomCopy>;
  readonly ownerOf: (room: RoomRef) => string | undefined;
  readonly onCycle: () => void;
}

/** When cycles begin. Milliseconds. */
export const DIGEST_TIMES = Object.freeze({
  least: 15_000,
  most: 30_000,
  hurry: 200,
  again: 1_000,
  placement: 5_000,
});
/** Smaller when paced: each room of a part is one that its new owner may have to load. */
const PACED_PART_BYTES = 8 * 1024;

interface State extends DigestsDeps {
  cycle: number;
  next: { readonly at: number; readonly cancel: Cancel } | undefined;
  /** Cycles whose parts are spread over time, by owner. */
  readonly paced: Map<string, Cancel>;
  /** The next cycle is the first of two. */
  hurried: boolean;
  owners: string;
  readonly cancels: Cancel[];
}

/** Creates them; nothing is sent before `start`. */
export function createDigests(deps: DigestsDeps): Digests {
  const state: State = {
    ...deps,
    cycle: 0,
    next: undefined,
    paced: new Map(),
    hurried: false,
    owners: '',
    cancels: [],
  };
  return {
    start: () => {
      if (state.cancels.length > 0) return;
      state.owners = deps.directory.owners().join();
      state.cancels.push(deps.directory.onChange(() => onPlacement(state)));
      scheduleCycle(state);
    },
    stop: () => {
      for (const cancel of [...state.cancels.splice(0), ...state.paced.values()]) cancel();
      state.paced.clear();
      state.next?.cancel();
      state.next = undefined;
    },
    hurry: () => {
      if (state.cancels.length === 0) return;
      state.hurried = true;
      schedule(state, state.random.fraction() * DIGEST_TIMES.hurry, 'reset');
    },
  };
}

function scheduleCycle(state: State): void {
  const { least, most } = DIGEST_TIMES;
  schedule(state, least + state.random.fraction() * (most - least), 'cycle');
}

/** An earlier time wins over the one that is planned. */
function schedule(state: State, ms: number, cause: 'cycle' | 'reset'): void {
  const at = state.clock.now() + ms;
  if (state.next !== undefined && state.next.at <= at) return;
  state.next?.cancel();
  const cancel = state.clock.after(ms, () => {
    state.next = undefined;
    const isFirst = state.hurried;
    state.hurried = false;
    runCycle(state, cause);
    if (isFirst) schedule(state, DIGEST_TIMES.again, 'reset');
    else scheduleCycle(state);
  });
  state.next = { at, cancel };
}

/** All owners get their cycle at once; one with nothing to list too, so that it learns that it is nothing. */
function runCycle(state: State, cause: 'cycle' | 'reset'): void {
  const digests = new Map<string, RoomDigest[]>(state.directory.owners().map((owner) => [owner, []]));
  for (const copy of state.rooms()) {
    const owner = state.ownerOf(copy.ref);
    if (owner === undefined) continue;
    digests.get(owner)?.push(toRoomDigest(copy));
    copy.toldOwner = owner;
  }
  for (const [owner, rooms] of digests) sendCycle(state, owner, rooms);
  count(state, cause, digests.size);
  state.onCycle();
}

function sendCycle(state: State, owner: string, rooms: readonly RoomDigest[]): void {
  state.paced.get(owner)?.();
  state.paced.delete(owner);
  state.cycle += 1;
  const parts = cutParts(rooms);
  parts.forEach((part, at) => {
    const numbers = { cycle: state.cycle, part: at + 1, parts: parts.length };
    state.endpoint.send(owner, encodeRecord({ type: 'digest', ...numbers, rooms: part }));
  });
}

/** Owners that have gained rooms which they were not told of get a whole cycle, in parts spread over 5 s. */
function onPlacement(state: State): void {
  const owners = state.directory.owners().join();
  if (owners === state.owners) return;
  state.owners = owners;
  const gained = new Set<string>();
  const byOwner = new Map<string, RoomCopy[]>();
  for (const copy of state.rooms()) {
    const owner = state.ownerOf(copy.ref);
    if (owner === undefined) continue;
    if (copy.toldOwner !== owner) gained.add(owner);
    const list = byOwner.get(owner);
    if (list === undefined) byOwner.set(owner, [copy]);
    else list.push(copy);
  }
  for (const cancel of state.paced.values()) cancel();
  state.paced.clear();
  for (const owner of gained) startPaced(state, owner, byOwner.get(owner) ?? []);
  count(state, 'placement', gained.size);
}

/**
 * Each part is made when it is sent, and the last one takes in the rooms that have come meanwhile: a part that is made
 * earlier would list less than its owner has answered for, and it would take members for lost.
 */
function startPaced(state: State, owner: string, copies: readonly RoomCopy[]): void {
  const plan = cutParts(copies.map(toRoomDigest), PACED_PART_BYTES);
  const sent = new Set<RoomCopy>();
  state.cycle += 1;
  const cycle = state.cycle;
  const gap = DIGEST_TIMES.placement / plan.length;
  let from = 0;
  const sendPart = (at: number): void => {
    const isLast = at === plan.length - 1;
    const size = plan[at]?.length ?? 0;
    const here = copies.slice(from, from + size);
    from += size;
    const live = new Set(state.rooms());
    const part = here.filter((copy) => live.has(copy) && state.ownerOf(copy.ref) === owner);
    for (const copy of part) sent.add(copy);
    const late = isLast ? newlyOwned(state, owner, sent) : [];
    if (isLast && cutParts(late.map(toRoomDigest)).length > 1) return sendAllNow(state, owner);
    const rooms = [...part, ...late].map(toRoomDigest);
    for (const copy of [...part, ...late]) copy.toldOwner = owner;
    const numbers = { cycle, part: at + 1, parts: plan.length };
    state.endpoint.send(owner, encodeRecord({ type: 'digest', ...numbers, rooms }));
    if (isLast) state.paced.delete(owner);
    else
      state.paced.set(
        owner,
        state.clock.after(gap, () => sendPart(at + 1)),
      );
  };
  state.paced.set(
    owner,
    state.clock.after(state.random.fraction() * gap, () => sendPart(0)),
  );
}

function sendAllNow(state: State, owner: string): void {
  const copies = newlyOwned(state, owner, new Set());
  for (const copy of copies) copy.toldOwner = owner;
  sendCycle(state, owner, copies.map(toRoomDigest));
}

function newlyOwned(state: State, owner: string, sent: ReadonlySet<RoomCopy>): RoomCopy[] {
  return [...state.rooms()].filter((copy) => !sent.has(copy) && state.ownerOf(copy.ref) === owner);
}

function count(state: State, cause: 'cycle' | 'reset' | 'placement', cycles: number): void {
  const metric: RoomMetric = 'parley_gateway_digests_total';
  if (cycles > 0) state.telemetry.count(metric, { cause }, cycles);
}
