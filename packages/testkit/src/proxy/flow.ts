import type { Socket } from 'node:net';
import type { Cancel, Clock } from '@parley/kit';
import type { FlowFaults } from './faults.js';

/** One direction of a connection. Keeps the order of bytes under every fault. */
export interface Flow {
  /** The faults from now on. */
  set(faults: FlowFaults): void;
  /** True once something was swallowed: what comes after it must not arrive as if nothing were missing. */
  readonly gap: boolean;
  /** Carries nothing any more. */
  stop(): void;
}

/** What a flow is made of. */
export interface FlowDeps {
  readonly clock: Clock;
  readonly from: Socket;
  readonly to: Socket;
  /** So many bytes went on, or were thrown away. */
  counted(what: 'carried' | 'swallowed', bytes: number): void;
  /** As many bytes went on as `cutAfter` allows. */
  cut(): void;
}

/** How much waits before the sender is told to wait. */
const MOST_WAITING = 1 << 20;
/** A limited flow writes what fits into so long at a time. */
const SLICE_MS = 20;

/** Bytes, or undefined for the end. */
interface Item {
  readonly bytes: Buffer | undefined;
  readonly dueAt: number;
}

interface State extends FlowDeps {
  faults: FlowFaults;
  queue: Item[];
  waiting: number;
  /** When a limited flow may write again. */
  freeAt: number;
  /** Bytes until the cut. */
  left: number;
  /** The receiver asked to wait. */
  full: boolean;
  gap: boolean;
  stopped: boolean;
  cancel: Cancel;
}

/** Begins to carry what `from` sends. */
export function createFlow(deps: FlowDeps, faults: FlowFaults): Flow {
  const state: State = {
    ...deps,
    ...{ faults, queue: [], waiting: 0, freeAt: 0, left: faults.cutAfter ?? Infinity },
    ...{ full: false, gap: false, stopped: false, cancel: () => undefined },
  };
  const { from, to } = state;
  from.on('data', (bytes: Buffer) => take(state, bytes));
  from.on('end', () => take(state, undefined));
  to.on('drain', () => {
    state.full = false;
    pump(state);
  });
  pump(state);
  return {
    set(given) {
      state.faults = given;
      state.left = given.cutAfter ?? Infinity;
      state.freeAt = 0;
      pump(state);
    },
    get gap() {
      return state.gap;
    },
    stop() {
      state.stopped = true;
      state.cancel();
      state.queue = [];
      // Whoever still writes is heard, and not answered.
      from.resume();
    },
  };
}

function take(state: State, bytes: Buffer | undefined): void {
  const { faults, queue, clock } = state;
  if (state.stopped || faults.swallow) {
    state.gap = true;
    return state.counted('swallowed', bytes?.length ?? 0);
  }
  queue.push({ bytes, dueAt: clock.now() + faults.latencyMs });
  state.waiting += bytes?.length ?? 0;
  pump(state);
}

/** Writes all that is due. */
function pump(state: State): void {
  state.cancel();
  if (state.stopped) return;
  const { clock, queue, faults } = state;
  while (!faults.hold && !state.full) {
    const [item] = queue;
    if (item === undefined) break;
    const now = clock.now();
    const dueAt = Math.max(item.dueAt, state.freeAt);
    if (dueAt > now) {
      state.cancel = clock.after(dueAt - now, () => pump(state));
      break;
    }
    queue.shift();
    // All that came before is written by then.
    if (item.bytes === undefined) state.to.write('', () => state.to.end());
    else if (!write(state, item.bytes, item.dueAt)) return;
  }
  if (faults.hold || state.waiting > MOST_WAITING) state.from.pause();
  else state.from.resume();
}

/** Writes as much of it as may go now, and puts the rest back; false after the cut. */
function write(state: State, bytes: Buffer, dueAt: number): boolean {
  const { faults, to, queue, clock } = state;
  const slice = Math.max(1, Math.floor((faults.bytesPerSecond * SLICE_MS) / 1_000));
  const now = bytes.subarray(0, Math.min(slice, state.left));
  const rest = bytes.subarray(now.length);
  if (rest.length > 0) queue.unshift({ bytes: rest, dueAt });
  state.freeAt = clock.now() + (now.length * 1_000) / faults.bytesPerSecond;
  state.left -= now.length;
  state.waiting -= now.length;
  if (state.left > 0) {
    state.full = !to.write(now);
    state.counted('carried', now.length);
    return true;
  }
  // The reset must not overtake what comes before it.
  to.write(now, state.cut);
  state.counted('carried', now.length);
  state.stopped = true;
  return false;
}
