/** Frames that wait for their turn to be told to the room: immutable. */
export interface PlainQueue {
  readonly frames: readonly string[];
  readonly units: number;
}

/** Bounds of a queue: frames, and UTF-16 units (2^20 of them are 1 MiB of the ASCII that signaling is). */
export const PLAIN_QUEUE_LIMITS = Object.freeze({ frames: 256, units: 2 ** 20 });
/** What one message may carry: with its escapes it stays far below what a bus takes. */
const MESSAGE_UNITS = 64 * 1024;

/** Nothing waits. */
export const EMPTY_QUEUE: PlainQueue = Object.freeze({ frames: [], units: 0 });

/** The queue with one more frame; `undefined` if it is full. */
export function enqueue(queue: PlainQueue, frame: string): PlainQueue | undefined {
  const units = queue.units + frame.length;
  if (queue.frames.length >= PLAIN_QUEUE_LIMITS.frames || units > PLAIN_QUEUE_LIMITS.units) return undefined;
  return { frames: [...queue.frames, frame], units };
}

/** What goes out next, one frame at least if there is any, and what stays. */
export function dequeue(queue: PlainQueue): {
  readonly frames: readonly string[];
  readonly rest: PlainQueue;
} {
  let units = 0;
  let count = 0;
  for (const frame of queue.frames) {
    if (count > 0 && units + frame.length > MESSAGE_UNITS) break;
    units += frame.length;
    count += 1;
  }
  const rest = { frames: queue.frames.slice(count), units: queue.units - units };
  return { frames: queue.frames.slice(0, count), rest };
}
