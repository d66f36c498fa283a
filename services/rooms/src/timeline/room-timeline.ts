import type { RoomRef } from '@parley/protocol/internal';
import type { Context } from '../owner/context.js';
import { buildTimeline } from './build-timeline.js';
import type { TimelineStep } from './build-timeline.js';
import { collectLog } from './collect-log.js';
import type { AskedGateway } from './collect-log.js';
import { wordsOf } from './verdicts.js';
import type { Verdict } from './verdicts.js';

/** What an operator is told of a room. Dates are ISO 8601, by the clock of the process that was asked. */
export interface RoomTimeline extends RoomRef {
  readonly at: string;
  /** By how much times of two gateways may be wrong against each other. */
  readonly uncertaintyMs: number;
  readonly gateways: readonly AskedGateway[];
  readonly participants: readonly {
    readonly id: string;
    readonly name: string;
    readonly since: string;
    readonly leftAt?: string;
    readonly awaySince?: string;
    readonly ice?: string;
    readonly gateways: readonly string[];
    /** Events of it that are not kept any more. */
    readonly lost: number;
  }[];
  readonly pairs: readonly {
    readonly between: readonly [string, string];
    readonly metAt: string;
    readonly steps: readonly TimelineStep[];
    readonly verdicts: readonly (Verdict & { readonly text: string })[];
  }[];
  /** Pairs that were left out. */
  readonly more: number;
}

/** How the calls in a room came about, as far as the gateways still know. Within some 2 s; never rejects. */
export async function roomTimeline(ctx: Context, { app, room }: RoomRef): Promise<RoomTimeline> {
  const log = await collectLog(ctx, { app, room });
  const { participants, pairs, more } = buildTimeline(log);
  const names = new Map(participants.map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) || id;
  return {
    ...{ app, room, at: date(log.now), uncertaintyMs: log.uncertaintyMs, gateways: log.gateways },
    participants: participants.map(({ id, name, since, leftAt, awaySince, ice, gateways, lost }) => ({
      ...{ id, name, since: date(since) },
      ...(leftAt !== undefined && { leftAt: date(leftAt) }),
      ...(awaySince !== undefined && { awaySince: date(awaySince) }),
      ...(ice !== undefined && { ice }),
      ...{ gateways, lost },
    })),
    pairs: pairs.map(({ between, metAt, steps, verdicts }) => ({
      ...{ between, metAt: date(metAt), steps },
      verdicts: verdicts.map((verdict) => ({ ...verdict, text: wordsOf(verdict, nameOf) })),
    })),
    more,
  };
}

/** A time that another process made up may be none. */
function date(ms: number): string {
  return new Date(Math.abs(ms) < 8.64e15 ? ms : 0).toISOString();
}
