import type { Position } from '@parley/protocol';
import type { RoomState } from '@parley/protocol/internal';

import type { Applied } from '../room/apply-all.js';
import type { Job } from './job.js';

/** One turn of a room: the jobs that were taken together, until each is answered. */
export interface Turn {
  readonly jobs: readonly Job[];
  /** Commits whose result was not `ok`: each may have happened all the same. */
  readonly attempts: Attempt[];
  /** The store confirmed the room's state after the jobs were taken. */
  verified: boolean;
  /** Milliseconds that it has waited for the store. */
  storeMs: number;
}

/** A commit that was tried. */
export interface Attempt {
  readonly at: Position;
  readonly before: RoomState;
  readonly applied: Applied;
  readonly work: Work;
}

/** Which commands a turn applies, and for which jobs. */
export interface Work {
  /** The place of each job's own command among the commands; undefined for jobs that have none. */
  readonly places: ReadonlyMap<Job, number>;
  readonly isMerge: boolean;
}
