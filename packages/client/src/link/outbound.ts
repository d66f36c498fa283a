import { utf8Bytes } from '../utf8-bytes.js';
import { QUEUE_BYTES, QUEUE_MESSAGES } from './constants.js';
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
  /** How many are in flight. */
  readonly sent: number;
  /** A part of the queue, by places in it, to be sent or sent again: it counts as in flight now. */
  take(from: number, to: number): readonly Numbered[];
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
      const size = utf8Bytes(message.payload);
      if (queue.length >= QUEUE_MESSAGES || bytes + size > QUEUE_BYTES) return false;
      queue.push({ seq: next, message });
      next += 1;
      bytes += size;
      return true;
    },
    acknowledge(ack) {
      const known = queue.filter(({ seq }) => seq <= ack);
      for (const { message } of known) bytes -= utf8Bytes(message.payload);
      queue = queue.slice(known.length);
      sent = Math.max(0, sent - known.length);
      return known.length > 0;
    },
    get sent() {
      return sent;
    },
    take(from, to) {
      sent = Math.max(sent, Math.min(to, queue.length));
      return queue.slice(from, to);
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
