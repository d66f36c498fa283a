import type { Cancel, Clock } from '@parley/kit';

/**
 * Time that stands still until a test moves it. What is due runs in the order of due time, then of scheduling; promise
 * callbacks run to their end between two scheduled ones, so that a run depends on nothing but its inputs.
 */
export interface VirtualClock extends Clock {
  /** Lets `ms` pass; resolves when everything due in it, promises included, has run. */
  advance(ms: number): Promise<void>;
  /** Runs what is due now and what promises lead to, without letting time pass. */
  settle(): Promise<void>;
  /** How many callbacks are scheduled. */
  readonly pending: number;
}

/** Wall time at which virtual clocks start unless told otherwise: 2026-06-01T00:00:00Z. */
export const VIRTUAL_EPOCH_MS = Date.UTC(2026, 5, 1);

interface Entry {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock at `now() === 0`, whose wall time starts at `wallStart`. */
export function createVirtualClock(wallStart: number = VIRTUAL_EPOCH_MS): VirtualClock {
  const queue = createQueue();
  let time = 0;
  let order = 0;

  const schedule = (ms: number, run: () => void): Cancel => {
    const entry: Entry = { due: time + Math.max(0, ms), order: (order += 1), run };
    queue.add(entry);
    return () => queue.remove(entry);
  };
  const every = (ms: number, run: () => void): Cancel => {
    let cancel: Cancel;
    const tick = (): void => {
      cancel = schedule(ms, tick);
      run();
    };
    cancel = schedule(ms, tick);
    return () => cancel();
  };
  const runUntil = async (end: number): Promise<void> => {
    await settleTasks();
    for (let next = queue.peek(); next !== undefined && next.due <= end; next = queue.peek()) {
      queue.remove(next);
      time = Math.max(time, next.due);
      next.run();
      await settleTasks();
    }
    time = Math.max(time, end);
  };
  return {
    wall: () => wallStart + Math.floor(time),
    now: () => time,
    after: schedule,
    every,
    soon: (run) => void schedule(0, run),
    advance: (ms) => runUntil(time + ms),
    settle: () => runUntil(time),
    get pending() {
      return queue.size();
    },
  };
}

/** Promise callbacks are done once the event loop reaches its check phase: nothing here waits for real input. */
function settleTasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

interface Queue {
  add(entry: Entry): void;
  remove(entry: Entry): void;
  peek(): Entry | undefined;
  size(): number;
}

/** A binary heap by (due, order); cancelled entries are dropped when they reach the top. */
function createQueue(): Queue {
  const heap: Entry[] = [];
  const live = new Set<Entry>();
  const before = (a: Entry, b: Entry): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);
  const swap = (i: number, j: number): void => {
    const entry = heap[i] as Entry;
    heap[i] = heap[j] as Entry;
    heap[j] = entry;
  };
  const up = (start: number): void => {
    for (let i = start; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i] as Entry, heap[parent] as Entry)) return;
      swap(i, parent);
      i = parent;
    }
  };
  const down = (): void => {
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let least = i;
      if (left < heap.length && before(heap[left] as Entry, heap[least] as Entry)) least = left;
      if (right < heap.length && before(heap[right] as Entry, heap[least] as Entry)) least = right;
      if (least === i) return;
      swap(i, least);
      i = least;
    }
  };
  const popTop = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    down();
  };
  return {
    add(entry) {
      live.add(entry);
      heap.push(entry);
      up(heap.length - 1);
    },
    remove: (entry) => void live.delete(entry),
    peek() {
      while (heap[0] !== undefined && !live.has(heap[0])) popTop();
      return heap[0];
    },
    size: () => live.size,
  };
}
