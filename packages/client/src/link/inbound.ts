import { WINDOW } from './constants.js';
import type { LinkMessage } from './link.js';

/** What became of a numbered frame. */
export type Arrival = 'next' | 'early' | 'duplicate';

/** What the peer has sent: delivered up to a number, and what arrived early behind it. */
export interface Inbound {
  /** The last number that was delivered. */
  received(): number;
  /** Keeps the message if it is new and within the window. */
  take(seq: number, message: LinkMessage): Arrival;
  /** The next message in order, if it is there; call `delivered` when the application has had it. */
  peek(): LinkMessage | undefined;
  delivered(): void;
  clear(): void;
}

/** Nothing received yet. */
export function createInbound(): Inbound {
  const early = new Map<number, LinkMessage>();
  let received = 0;
  return {
    received: () => received,
    take(seq, message) {
      if (seq <= received || seq > received + WINDOW || early.has(seq)) return 'duplicate';
      early.set(seq, message);
      return seq === received + 1 ? 'next' : 'early';
    },
    peek: () => early.get(received + 1),
    delivered() {
      received += 1;
      early.delete(received);
    },
    clear() {
      early.clear();
      received = 0;
    },
  };
}
