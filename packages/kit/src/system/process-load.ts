import { totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { constrainedMemory, memoryUsage } from 'node:process';
import { getHeapStatistics } from 'node:v8';

/** What a process does with what it has. */
export interface ProcessLoad {
  /**
   * The share, 0 to 1, of the memory that this process may use which it does use: of its control group's limit (where there
   * is none, of the machine's memory), or of the heap's limit, whichever is nearer.
   */
  memoryShare(): number;
  /** How long its event loop has waited for something to do, in ms since its start; a wait for a processor counts as such. */
  idleMs(): number;
}

/** That of this process. */
export const processLoad: ProcessLoad = {
  memoryShare: () => {
    const limit = constrainedMemory();
    // Without a limit it is 0, or more than any machine has.
    const most = limit > 0 && limit < totalmem() ? limit : totalmem();
    const heap = getHeapStatistics();
    return Math.max(memoryUsage.rss() / most, heap.used_heap_size / heap.heap_size_limit);
  },
  idleMs: () => performance.eventLoopUtilization().idle,
};
