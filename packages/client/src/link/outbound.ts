import { utf8Length } from '@parley/protocol';
import { QUEUE_BYTES, QUEUE_MESSAGES, WINDOW } from './constants.js';
import type { LinkMessage } from './link.js';

/** A numbered message that the peer has not acknowledged. */
export interface Numbered {
  readonly seq: number;
  readonly message: LinkMessage;
}

/** What one side has sent and not yet seen acknowledged, then what it has not sent. */
export interface Outbound {
  /** The number that the next message will get. */
  next(): number;
  /** False when the queue is full. */
  add(message: LinkMessage): boolean;
  /** Drops what is acknowledged; true if that was anything. */
  acknowledge(ack: number): boolean;
  /** Messages that fit the window and have not been sent yet, in order; they count as sent now. */
  unsent(): readonly Numbered[];
  /** Everything in flight, oldest first. */
  inFlight(): readonly Numbered[];
  /** The first message of the queue, if there is one, to be sent or sent again by itself. */
  probe(): readonly Numbered[];
  /** The number of the first message that is not acknowledged, or of the next one. */
  first(): number;
  /** Forgets everything, numbers included; returns what was queued. */
  clear(): readonly LinkMessage[];
  readonly size: number;
}

/** An empty queue whose first message gets number 1. */
export function createOutbound(): Outbound {
  let queue: Numbered[] = [];
  let next = 1;
  let sent = 0;
  let bytes = 0;

  return {
    next: () => next,
    add(message) {
      const size = utf8Length(message.payload);
      if (queue.length >= QUEUE_MESSAGES || bytes + size > QUEUE_BYTES) return false;
      queue.push({ seq: next, message });
      next += 1;
      bytes += size;
      return true;
    },
    acknowledge(ack) {
      const kept = queue.findIndex((item) => item.seq > ack);
      const dropped = kept < 0 ? queue.length : kept;
      if (dropped === 0) return false;
      for (const item of queue.splice(0, dropped)) bytes -= utf8Length(item.message.payload);
      sent = Math.max(0, sent - dropped);
      return true;
    },
    unsent() {
      const end = Math.min(WINDOW, queue.length);
      const items = queue.slice(sent, end);
      sent = Math.max(sent, end);
      return items;
    },
    inFlight: () => queue.slice(0, sent),
    probe() {
      sent = Math.max(sent, Math.min(1, queue.length));
      return queue.slice(0, 1);
    },
    first: () => next - queue.length,
    clear() {
      const messages = queue.map((item) => item.message);
      queue = [];
      next = 1;
      sent = 0;
      bytes = 0;
      return messages;
    },
    get size() {
      return queue.length;
    },
  };
}
