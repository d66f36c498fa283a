import type { Cancel, Clock, Random, Telemetry } from '@parley/kit';
import { comparePositions, ORIGIN } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import type { Binding, Member, RoomBatch, RoomChange, RoomRef, RoomState } from '@parley/protocol/internal';
import { createCatchUp } from './catch-up.js';
import type { CatchUp } from './catch-up.js';
import { log } from '../logs.js';
import { judgeOwnBinding } from './own-binding.js';
import type { AttachedSession, SessionEnd } from './room-copies.js';
import { EMPTY_MIRROR, takeBatch, takeState, withoutEarly } from './room-mirror.js';
import type { MirrorOutcome, MirrorResult, MirrorStep, RoomMirror } from './room-mirror.js';
import type { RoomMetric } from './telemetry.js';

/** One room on this gateway: the mirror, who watches it here, and who waits for it. */
export interface RoomCopy {
  readonly ref: RoomRef;
  mirror: RoomMirror;
  /** By participant. */
  readonly sessions: Map<string, AttachedSession>;
  /** Own connected members that a whole state lacked, as they were known before: for the owner to judge. */
  readonly missing: Map<string, Member>;
  readonly joins: Set<JoinInFlight>;
  readonly waiters: Set<Waiter>;
  /** Which replica was last told of this room (by the join, or in a digest). */
  toldOwner: string | undefined;
  readonly catchUp: CatchUp;
  readonly context: RoomCopyContext;
}

/** A join whose reply has not been attached yet. */
export interface JoinInFlight {
  readonly keyHash: string;
  readonly n: number;
}

interface Waiter {
  readonly at: Position;
  readonly finish: (reached: boolean) => void;
}

/** What a copy works with. */
export interface RoomCopyContext {
  readonly gateway: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  /** Asks the owner for the whole room and lets the copy take it; settles in any case. */
  readonly fetch: (copy: RoomCopy) => Promise<void>;
  /** The copy has moved on: its ring has grown, or it may not be needed any more. */
  readonly onAdvance: (copy: RoomCopy) => void;
  /** An own member is not in the copy as it should be. */
  readonly onDispute: (copy: RoomCopy) => void;
}

/** A copy of which nothing is known yet. */
export function createRoomCopy(ref: RoomRef, context: RoomCopyContext): RoomCopy {
  const { clock, random, telemetry } = context;
  const copy: RoomCopy = {
    ref: { app: ref.app, room: ref.room },
    mirror: EMPTY_MIRROR,
    sessions: new Map(),
    missing: new Map(),
    joins: new Set(),
    waiters: new Set(),
    toldOwner: undefined,
    context,
    catchUp: createCatchUp({
      clock,
      random,
      at: () => positionOf(copy),
      fetch: () => context.fetch(copy),
      onAbandoned: () => {
        const metric: RoomMetric = 'parley_gateway_room_fetches_total';
        telemetry.count(metric, { result: 'abandoned' });
        copy.mirror = withoutEarly(copy.mirror);
      },
    }),
  };
  return copy;
}

/** Position of the copy; the origin while it has no state. */
export function positionOf(copy: RoomCopy): Position {
  return copy.mirror.state?.at ?? ORIGIN;
}

/** The connections of this gateway, as digests count them. */
export function ownBindings(copy: RoomCopy): Binding[] {
  return [...copy.sessions.values()].map(({ participant, n }) => ({ id: participant, n }));
}

/** Whether nobody here has a use for it: no session, no join, nobody waiting, no member who was bound here last. */
export function isUnused(copy: RoomCopy): boolean {
  if (!isIdle(copy)) return false;
  for (const { gateway } of copy.mirror.state?.members.values() ?? []) {
    if (gateway === copy.context.gateway) return false;
  }
  return true;
}

/** Whether it could be given up without harm to anybody who is connected. */
export function isIdle(copy: RoomCopy): boolean {
  return copy.sessions.size === 0 && copy.joins.size === 0 && copy.waiters.size === 0;
}

/** Takes an owner's batch and tells the sessions; a gap is caught up with. */
export function takeRoomBatch(copy: RoomCopy, batch: RoomBatch): MirrorOutcome {
  const result = takeBatch(copy.mirror, batch);
  advance(copy, result);
  if (result.outcome === 'gap') copy.catchUp.want(batch.at);
  return result.outcome;
}

/**
 * Takes a whole room from an owner; false if it is not above the copy, or lacks what the copy knows to be committed (N5).
 * Own members it lacks stay connected.
 */
export function takeWholeRoom(copy: RoomCopy, state: RoomState): boolean {
  const before = copy.mirror.state;
  const result = takeState(copy.mirror, state);
  if (result.outcome !== 'applied') return false;
  for (const id of copy.sessions.keys()) {
    const known = before?.members.get(id);
    if (!state.members.has(id) && known !== undefined) copy.missing.set(id, known);
  }
  advance(copy, result);
  // Batches that came early and do not fit behind the state either.
  const last = copy.mirror.early.at(-1);
  if (last !== undefined) copy.catchUp.want(last.at);
  return true;
}

/** Resolves with true once the copy is at `at` or above, with false after `ms`. */
export function waitForPosition(copy: RoomCopy, at: Position, ms: number): Promise<boolean> {
  if (comparePositions(positionOf(copy), at) >= 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const waiter: Waiter = {
      at,
      finish: (reached) => {
        cancel();
        copy.waiters.delete(waiter);
        resolve(reached);
      },
    };
    const cancel: Cancel = copy.context.clock.after(ms, () => waiter.finish(false));
    copy.waiters.add(waiter);
    copy.catchUp.want(at);
  });
}

/** Ends one session; it is not this gateway's connection of the participant any more. */
export function endSession(copy: RoomCopy, session: AttachedSession, why: SessionEnd): void {
  removeSession(copy, session);
  guard(copy, () => session.end(why));
}

/** Forgets a session without telling it; false if it was not (or is not any more) the one of its participant. */
export function removeSession(copy: RoomCopy, session: AttachedSession): boolean {
  if (copy.sessions.get(session.participant) !== session) return false;
  copy.missing.delete(session.participant);
  return copy.sessions.delete(session.participant);
}

/** The mirror moves first, then everybody is told: who attaches meanwhile starts from the new position. */
function advance(copy: RoomCopy, result: MirrorResult): void {
  copy.mirror = result.mirror;
  if (result.steps.length > 0) {
    const audience = [...copy.sessions.values()];
    for (const step of result.steps) tellStep(copy, audience, step);
  }
  const at = positionOf(copy);
  for (const waiter of [...copy.waiters]) {
    if (comparePositions(at, waiter.at) >= 0) waiter.finish(true);
  }
  copy.context.onAdvance(copy);
}

function tellStep(copy: RoomCopy, audience: readonly AttachedSession[], step: MirrorStep): void {
  if (step.changes === undefined) for (const session of audience) judgeAgain(copy, session, step.after);
  else for (const change of step.changes) hearChange(copy, change, step.after);
  for (const session of audience) {
    const isAttached = copy.sessions.get(session.participant) === session;
    if (isAttached) guard(copy, () => session.deliver(step.client));
  }
}

/** What one change of an owner's batch means for the session of the member that it is about. */
function hearChange(copy: RoomCopy, change: RoomChange, after: RoomState): void {
  if (change.what === 'settings' || change.what === 'merged') return;
  if (change.what === 'message' || change.what === 'updated') return;
  const id = change.what === 'joined' ? change.member.id : change.id;
  const session = copy.sessions.get(id);
  if (session === undefined) return;
  if (change.what === 'left') return endSession(copy, session, change.reason);
  const isElsewhere = change.what === 'bound' && change.gateway !== copy.context.gateway;
  if (isElsewhere && change.n >= session.n) return endSession(copy, session, 'replaced');
  judgeAgain(copy, session, after);
}

function judgeAgain(copy: RoomCopy, session: AttachedSession, state: RoomState): void {
  const member = state.members.get(session.participant);
  if (member !== undefined) copy.missing.delete(session.participant);
  const verdict = judgeOwnBinding(member, session.n, copy.context.gateway);
  if (verdict === 'replaced') endSession(copy, session, 'replaced');
  if (verdict === 'disputed') copy.context.onDispute(copy);
}

function guard(copy: RoomCopy, tell: () => void): void {
  try {
    tell();
  } catch (error) {
    const metric: RoomMetric = 'parley_gateway_session_faults_total';
    copy.context.telemetry.count(metric);
    const reason = error instanceof Error ? error.name : typeof error;
    log(copy.context.telemetry, 'session-threw', { reason });
  }
}
