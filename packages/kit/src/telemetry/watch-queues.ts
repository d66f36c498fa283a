import type { Cancel, Clock } from '../ports/clock.js';
import type { Service } from '../ports/service.js';
import type { Telemetry } from '../ports/telemetry.js';

/** How full a bounded queue is, as shares of its bound: now, and at most since it was asked before (if it knows). */
export interface QueueFill {
  readonly used: number;
  readonly peak?: number;
}

/** What is watched. */
export interface QueueWatchOptions {
  readonly clock: Pick<Clock, 'every'>;
  readonly telemetry: Pick<Telemetry, 'gauge'>;
  /** By the names that the metric `parley_queue_used_ratio` lists. */
  readonly fills: () => Readonly<Record<string, QueueFill>>;
}

const LOOK_MS = 500;
/** A peak is seen for one to two of these. */
const LOOKS_A_PEAK = 60;

/** Creates a stopped watch, which puts into gauges how full queues are, and how full they were in the last half minute or more. */
export function watchQueues({ clock, telemetry, fills }: QueueWatchOptions): Pick<Service, 'start' | 'stop'> {
  let before = new Map<string, number>();
  let since = new Map<string, number>();
  let looks = 0;
  let cancel: Cancel | undefined;
  const look = (): void => {
    looks += 1;
    if (looks % LOOKS_A_PEAK === 0) {
      before = since;
      since = new Map();
    }
    for (const [queue, { used, peak = used }] of Object.entries(fills())) {
      since.set(queue, Math.max(since.get(queue) ?? 0, peak));
      telemetry.gauge('parley_queue_used_ratio', used, { queue });
      telemetry.gauge('parley_queue_peak_ratio', Math.max(since.get(queue) ?? 0, before.get(queue) ?? 0), {
        queue,
      });
    }
  };
  return {
    start: async () => void (cancel ??= clock.every(LOOK_MS, look)),
    stop: async () => {
      cancel?.();
      cancel = undefined;
    },
  };
}
