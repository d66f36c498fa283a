import { bundleSize, packBundle, RECORD_OVERHEAD, splitRecords } from './bundle.js';
import { BusError } from './bus-error.js';
import type { Bus } from './bus.js';
import { createFillMeter } from './fill-meter.js';
import type { Fill } from './fill-meter.js';
import type { Timers } from './timers.js';

/** What waits to leave, by subject. */
export interface Outbox {
  /** Queues an encoded record; false when it is too large or the queue is full, and then nothing was queued. */
  add(to: string, record: Uint8Array): boolean;
  /** Publishes what is queued now, in order, without waiting for the end of the turn. */
  flush(): void;
  /** Of `maxQueuedBytes`. */
  fill(): Fill;
}

/** What an outbox works with. */
export interface OutboxOptions {
  readonly bus: Bus;
  readonly timers: Timers;
  /** Stands first in every bundle: the sender's id. */
  readonly head: Uint8Array;
  readonly maxPublishBytes: number;
  /** Bounds what is queued or given to the bus and not yet settled. */
  readonly maxQueuedBytes: number;
  /** Told of each bundle that reached nobody: `error` is undefined when the broker counted no receiver. */
  readonly onLost: (to: string, records: readonly Uint8Array[], error: BusError | undefined) => void;
}

/** Beside its bytes, so that empty records are bounded too. */
const RECORD_COST = 32;

/** Gathers the records of one turn into one publish a subject (more where `maxPublishBytes` cuts), order kept. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { bus, timers, head, onLost } = options;
  const room = options.maxPublishBytes - bundleSize([head]);
  const queues = new Map<string, Uint8Array[]>();
  const meter = createFillMeter(options.maxQueuedBytes);
  let held = 0;
  let scheduled = false;

  const publish = async (to: string, records: readonly Uint8Array[]): Promise<void> => {
    try {
      const receivers = await bus.publish(to, packBundle([head, ...records]));
      if (receivers === 0) onLost(to, records, undefined);
    } catch (error) {
      onLost(to, records, error instanceof BusError ? error : new BusError('disconnected', String(error)));
    } finally {
      for (const record of records) held -= record.length + RECORD_COST;
      meter.note(held);
    }
  };

  const flush = (): void => {
    scheduled = false;
    const taken = [...queues];
    queues.clear();
    for (const [to, records] of taken) {
      for (const group of splitRecords(records, room)) void publish(to, group);
    }
  };

  return {
    add: (to, record) => {
      const cost = record.length + RECORD_COST;
      if (record.length + RECORD_OVERHEAD > room || held + cost > options.maxQueuedBytes) return false;
      held += cost;
      meter.note(held);
      const queue = queues.get(to);
      if (queue === undefined) queues.set(to, [record]);
      else queue.push(record);
      if (!scheduled) {
        scheduled = true;
        timers.soon(flush);
      }
      return true;
    },
    flush,
    fill: meter.take,
  };
}
