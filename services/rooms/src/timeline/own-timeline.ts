import type { RoomRef } from '@parley/protocol/internal';
import type { Context } from '../owner/context.js';
import { buildTimeline } from './build-timeline.js';
import type { TimelineStep } from './build-timeline.js';
import { collectLog } from './collect-log.js';
import type { VerdictCode, VerdictValues } from './verdicts.js';

/** What a participant is told of its own pairs. */
export interface OwnTimeline {
  readonly you: string;
  /** By how much times may be wrong, as clocks of gateways differ. */
  readonly uncertaintyMs: number;
  readonly pairs: readonly OwnPair[];
}

/** One pair of the participant that asks. */
export interface OwnPair {
  readonly with: string;
  readonly steps: readonly TimelineStep[];
  readonly verdicts: readonly {
    readonly code: VerdictCode;
    readonly values: Omit<VerdictValues, 'gateway'>;
  }[];
}

/** So that it fits one record of the bus. */
const MOST_PAIRS = 256;

/**
 * The timeline of the participant with that key, of its own pairs alone: nobody who is hidden from it, nothing of the
 * cluster's inside. Undefined where no such participant is known, whether the room exists or not (X6).
 */
export async function ownTimeline(
  ctx: Context,
  room: RoomRef,
  keyHash: string,
): Promise<OwnTimeline | undefined> {
  const log = await collectLog(ctx, room, keyHash);
  const you = log.participants.find((one) => one.keyHash === keyHash)?.id;
  if (you === undefined) return undefined;
  const { pairs } = buildTimeline(log, { most: MOST_PAIRS, of: you });
  return {
    you,
    uncertaintyMs: log.uncertaintyMs,
    pairs: pairs.map(({ between: [a, b], steps, verdicts }) => ({
      with: a === you ? b : a,
      steps,
      verdicts: verdicts.map(({ code, values: { gateway: _, ...values } }) => ({ code, values })),
    })),
  };
}
