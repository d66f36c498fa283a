import { comparePositions, encodeFrame, samePosition } from '@parley/protocol';
import type { Change, Position } from '@parley/protocol';
import { inLineage, reduceRoom, visibleChanges, visibleDifference } from '@parley/protocol/internal';
import type { RoomBatch, RoomChange, RoomState } from '@parley/protocol/internal';
import type { ClientBatch } from './room-copies.js';

/** One gateway's copy of one room. Immutable; its position never goes back (I8). */
export interface RoomMirror {
  /** Absent until the first whole state was taken. */
  readonly state: RoomState | undefined;
  /** The latest batches as clients get them, an unbroken chain up to the state's position, oldest first. */
  readonly ring: readonly ClientBatch[];
  readonly ringBytes: number;
  /** Batches that came before the ones they rest on. */
  readonly early: readonly RoomBatch[];
}

/** One advance of the copy, in the order of telling. */
export interface MirrorStep {
  /** What the owner's batch changed; absent when a whole state was taken. */
  readonly changes?: readonly RoomChange[];
  readonly after: RoomState;
  readonly client: ClientBatch;
}

/**
 * `gap`: it rests on a batch that is not here. `held`: there is no state yet that it could be compared with. `foreign`: a
 * whole room that lacks commits of the copy, because a store lost them: its owner has to merge the copy first.
 */
export type MirrorOutcome = 'applied' | 'ignored' | 'gap' | 'held' | 'foreign';

/** The mirror after one input, and what has to be told of it. */
export interface MirrorResult {
  readonly mirror: RoomMirror;
  readonly outcome: MirrorOutcome;
  readonly steps: readonly MirrorStep[];
}

/** Most batches, and most bytes of them, that a room's ring holds. */
export const RING_LIMITS = Object.freeze({ batches: 64, bytes: 256 * 1024 });

const MAX_EARLY = 64;

/** The copy of a room that nothing is known of yet. */
export const EMPTY_MIRROR: RoomMirror = Object.freeze({
  state: undefined,
  ring: [],
  ringBytes: 0,
  early: [],
});

/**
 * Takes one batch: applied if its `prev` is the copy's position (and then what waited for it too), ignored if the copy
 * is at its position or above, kept for later otherwise.
 */
export function takeBatch(mirror: RoomMirror, batch: RoomBatch): MirrorResult {
  const { state } = mirror;
  if (state === undefined) return { mirror: holdEarly(mirror, batch), outcome: 'held', steps: [] };
  if (comparePositions(batch.at, state.at) <= 0) return { mirror, outcome: 'ignored', steps: [] };
  const held = holdEarly(mirror, batch);
  if (!samePosition(batch.prev, state.at)) return { mirror: held, outcome: 'gap', steps: [] };
  const { mirror: drained, steps } = drainEarly(held, state);
  return { mirror: drained, outcome: 'applied', steps };
}

/**
 * Takes a whole room if it is above the copy and has grown out of it (N5): who is missing from one that has not did not
 * leave, it was lost. Then the batches that waited for it. Those who watch see
 * one batch with the difference; it enters no ring, because messages of the batches that it stands for are lost, and
 * a client that resumes across it must learn that (it gets a snapshot).
 */
export function takeState(mirror: RoomMirror, state: RoomState): MirrorResult {
  const before = mirror.state;
  if (before !== undefined && comparePositions(state.at, before.at) <= 0) {
    return { mirror, outcome: 'ignored', steps: [] };
  }
  if (before !== undefined && !inLineage(state, before.at)) return { mirror, outcome: 'foreign', steps: [] };
  const jumped: RoomMirror = { state, ring: [], ringBytes: 0, early: mirror.early };
  const first: MirrorStep[] = [];
  if (before !== undefined) {
    const client = toClientBatch(before.at, state.at, visibleDifference(before, state));
    first.push({ after: state, client });
  }
  const { mirror: drained, steps } = drainEarly(jumped, state);
  return { mirror: drained, outcome: 'applied', steps: [...first, ...steps] };
}

/** The batches after `at`, oldest first; undefined when `at` is not in the chain that the ring holds. */
export function replayFrom(mirror: RoomMirror, at: Position): readonly ClientBatch[] | undefined {
  if (mirror.state === undefined) return undefined;
  if (samePosition(at, mirror.state.at)) return [];
  const start = mirror.ring.findIndex(({ prev }) => samePosition(prev, at));
  return start < 0 ? undefined : mirror.ring.slice(start);
}

/** The mirror without its ring, to give its memory back. */
export function withoutRing(mirror: RoomMirror): RoomMirror {
  return { ...mirror, ring: [], ringBytes: 0 };
}

/** The mirror without what waited in vain. */
export function withoutEarly(mirror: RoomMirror): RoomMirror {
  return { ...mirror, early: [] };
}

/** When there are too many, the oldest go: a whole state that is asked for will be above them. */
function holdEarly(mirror: RoomMirror, batch: RoomBatch): RoomMirror {
  if (mirror.early.some(({ at }) => samePosition(at, batch.at))) return mirror;
  return { ...mirror, early: [...mirror.early, batch].slice(-MAX_EARLY) };
}

function drainEarly(
  start: RoomMirror,
  from: RoomState,
): { mirror: RoomMirror; steps: readonly MirrorStep[] } {
  const steps: MirrorStep[] = [];
  let mirror = start;
  let state = from;
  for (;;) {
    const { at } = state;
    const next = mirror.early.find(({ prev }) => samePosition(prev, at));
    if (next === undefined || comparePositions(next.at, at) <= 0) break;
    const step = toStep(state, next);
    steps.push(step);
    state = step.after;
    mirror = { ...extendRing(mirror, step.client), state };
  }
  const early = mirror.early.filter(({ at }) => comparePositions(at, state.at) > 0);
  return { mirror: { ...mirror, early }, steps };
}

function toStep(before: RoomState, batch: RoomBatch): MirrorStep {
  const after = reduceRoom(before, batch);
  const client = toClientBatch(batch.prev, batch.at, visibleChanges(batch.changes, before, after));
  return { changes: batch.changes, after, client };
}

function toClientBatch(prev: Position, at: Position, changes: readonly Change[]): ClientBatch {
  return { prev, at, frame: encodeFrame({ type: 'batch', at, prev }, JSON.stringify(changes)) };
}

function extendRing(mirror: RoomMirror, batch: ClientBatch): RoomMirror {
  const ring = [...mirror.ring, batch];
  let bytes = mirror.ringBytes + batch.frame.length;
  let dropped = 0;
  while (ring.length - dropped > RING_LIMITS.batches || bytes > RING_LIMITS.bytes) {
    bytes -= ring[dropped]?.frame.length ?? 0;
    dropped += 1;
  }
  return { ...mirror, ring: ring.slice(dropped), ringBytes: bytes };
}
