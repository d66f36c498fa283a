/** Tasks that may wait: far more than a link delivers while one of them runs. */
const MOST_WAITING = 512;

/** Runs asynchronous tasks one after the other, in the order in which they were given. */
export interface TaskQueue {
  add(task: () => Promise<void>): void;
  /** Nothing that still waits is run, and nothing is told any more. */
  close(): void;
}

/** An empty queue. What a task throws goes to `fault`, and the next one runs; a task above 512 is not run but a fault. */
export function createTaskQueue(fault: (error: unknown) => void): TaskQueue {
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let closed = false;
  return {
    add(task) {
      if (waiting >= MOST_WAITING) return fault(new RangeError('queue'));
      waiting += 1;
      tail = tail
        .then((): unknown => closed || task())
        .catch((error: unknown) => closed || fault(error))
        .then(() => (waiting -= 1));
    },
    close() {
      closed = true;
    },
  };
}
