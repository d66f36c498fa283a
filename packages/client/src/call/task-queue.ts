/** Runs asynchronous tasks one after the other, in the order in which they were given. */
export interface TaskQueue {
  /** False: too many wait already, and the task will not run. */
  add(task: () => Promise<void> | void): boolean;
  /** Nothing that still waits is run. */
  close(): void;
}

/** An empty queue for at most 512 tasks. What a task throws goes to `fault`, and the next one runs. */
export function createTaskQueue(fault: (error: unknown) => void): TaskQueue {
  let tail = Promise.resolve();
  let waiting = 0;
  let closed = false;
  return {
    add(task) {
      if (waiting >= 512) return false;
      waiting += 1;
      tail = tail
        .then(() => (closed ? undefined : task()))
        .catch((error: unknown) => {
          if (!closed) fault(error);
        })
        .then(() => {
          waiting -= 1;
        });
      return true;
    },
    close() {
      closed = true;
    },
  };
}
