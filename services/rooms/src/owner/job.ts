import type { Span } from '@parley/kit';
import type { Position } from '@parley/protocol';
import type { Command, OwnerReply, RoomDigest } from '@parley/protocol/internal';

import type { Heard } from './fork.js';

/** What waits for its turn in one room. */
export type Job =
  | {
      readonly kind: 'command';
      readonly command: Command;
      /** Position of the asking gateway's copy. */
      readonly copy?: Position;
      /** Where the joining client says that it was: nobody vouches for it. */
      readonly seen?: Position;
      /** Of the request, where it is traced; whoever answers ends it. */
      readonly span?: Span;
      readonly answer: Answer;
    }
  | { readonly kind: 'fetch'; readonly answer: Answer }
  | { readonly kind: 'listing'; readonly heard: Heard }
  | { readonly kind: 'digest'; readonly from: string; readonly digest: RoomDigest }
  /** Make sure that the store still holds the room as it is known. */
  | { readonly kind: 'check' };

/** Answers the request behind a job; only the first call counts. Does nothing for what the owner asks of itself. */
export type Answer = (reply: OwnerReply) => void;

/** Where nobody waits for an answer. */
export const NO_ANSWER: Answer = () => undefined;

/** Answers a job that was not done. */
export function refuse(job: Job, reply: Extract<OwnerReply, { type: 'refused' }>): void {
  if (job.kind === 'command' || job.kind === 'fetch') job.answer(reply);
}
