import type { Cancel, Clock } from '@parley/kit';
import { encodeFrame, samePosition } from '@parley/protocol';
import type { Position, ServerHeader } from '@parley/protocol';
import type { SeatRef } from '../connection/connection.js';
import type { AttachedSession, ClientBatch, RoomCopies, SessionEnd } from '../rooms/room-copies.js';
import type { SendResult } from '../socket/port.js';
import { snapshotFrames } from './snapshot-frames.js';

/** A local membership that signals can be delivered to. */
export interface Seat extends AttachedSession {
  /** Whether its client knows the room as it is now; before that it could not tell whom a signal is from. */
  readonly live: boolean;
  /** Sends one frame; false if the socket did not take it (and is being closed for it). */
  transmit(frame: Uint8Array, binary: boolean): boolean;
  tell(header: ServerHeader): void;
}

/** A seat as its connection holds it. */
export interface HeldSeat extends Seat {
  /** Starts to send what is in the room: the batches after `at` if the ring has them all, else a snapshot. Tells which. */
  begin(at: Position | undefined): 'batches' | 'snapshot';
  /** The socket has emptied its buffer. */
  drained(): void;
  /** Nothing is sent any more. */
  stop(): void;
}

/** What a seat works with. */
export interface SeatDeps {
  readonly copies: Pick<RoomCopies, 'copy' | 'replay'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly send: (bytes: Uint8Array, binary: boolean) => SendResult;
  readonly onEnd: (why: SessionEnd) => void;
  /** A frame was dropped, and nothing of what follows may be sent. */
  readonly onDropped: () => void;
  /** The client took too long to catch up. */
  readonly onSlow: () => void;
}

/** How long a client may take to read what was in the room. */
export const CATCH_UP_MS = 30_000;

interface Item {
  readonly frame: Uint8Array;
  /** Where the client is once it has this frame; absent: within a snapshot. */
  readonly at?: Position;
}

interface State {
  readonly deps: SeatDeps;
  readonly ref: SeatRef;
  phase: 'waiting' | 'catching-up' | 'live' | 'over';
  position: Position | undefined;
  outbox: Item[];
  /** What there is can only be told by a snapshot. */
  whole: boolean;
  blocked: boolean;
  cancel: Cancel;
}

/**
 * Creates the seat of one connection. Until its client has caught up, batches wait in the room's ring, not here: what is
 * sent next is always looked up from the client's position, and only when the socket has taken what was sent before (N9).
 */
export function createSeat(deps: SeatDeps, ref: SeatRef): HeldSeat {
  const state: State = {
    deps,
    ref,
    phase: 'waiting',
    position: undefined,
    outbox: [],
    whole: false,
    blocked: false,
    cancel: () => undefined,
  };
  return {
    participant: ref.you,
    n: ref.n,
    get live() {
      return state.phase === 'live';
    },
    deliver: (batch) => deliver(state, batch),
    end: (why) => {
      if (state.phase !== 'over') deps.onEnd(why);
    },
    transmit: (frame, binary) => transmit(state, frame, binary) !== 'dropped',
    tell: (header) => void transmit(state, encodeFrame(header), false),
    begin: (at) => begin(state, at),
    drained: () => {
      state.blocked = false;
      pump(state);
    },
    stop: () => {
      state.phase = 'over';
      state.outbox = [];
      state.cancel();
    },
  };
}

/** Whether a session is a native one, which signals can reach. */
export function isSeat(session: AttachedSession): session is Seat {
  return 'transmit' in session;
}

function begin(state: State, at: Position | undefined): 'batches' | 'snapshot' {
  if (state.phase !== 'waiting') return 'batches';
  state.phase = 'catching-up';
  state.position = at;
  state.cancel = state.deps.clock.after(CATCH_UP_MS, state.deps.onSlow);
  pump(state);
  return state.whole ? 'snapshot' : 'batches';
}

function deliver(state: State, { at, frame }: ClientBatch): void {
  if (state.phase !== 'live') return;
  state.position = at;
  transmit(state, frame, false);
}

/** Sends until the socket buffers or the client is where the room is. */
function pump(state: State): void {
  while (state.phase === 'catching-up' && !state.blocked) {
    if (state.outbox.length === 0 && !refill(state)) return;
    const item = state.outbox.shift();
    if (item === undefined) return;
    const result = transmit(state, item.frame, false);
    if (result === 'dropped') return;
    if (item.at !== undefined) state.position = item.at;
    state.blocked = result === 'queued';
  }
}

/** Looks up what comes next; false if nothing does, because the client has caught up or the room is gone. */
function refill(state: State): boolean {
  const { deps, ref, position } = state;
  const copy = deps.copies.copy(ref.room);
  if (copy === undefined) return false;
  if (position !== undefined && samePosition(position, copy.at)) {
    state.phase = 'live';
    state.cancel();
    return false;
  }
  const batches = position === undefined ? undefined : deps.copies.replay(ref.room, position);
  if (batches !== undefined && batches.length > 0) {
    state.outbox = batches.map(({ at, frame }) => ({ at, frame }));
    return true;
  }
  state.whole = true;
  const frames = snapshotFrames(copy, ref.you);
  state.outbox = frames.map((frame, index) =>
    index === frames.length - 1 ? { frame, at: copy.at } : { frame },
  );
  return true;
}

function transmit({ deps, phase }: State, frame: Uint8Array, binary: boolean): SendResult {
  if (phase === 'over') return 'dropped';
  const result = deps.send(frame, binary);
  if (result === 'dropped') deps.onDropped();
  return result;
}
