import { ACK_DELAY_MS, ACK_EVERY, URGENT_ACK_GAP_MS } from './constants.js';
import type { LinkMessage } from './link.js';
import { sendAck } from './link-state.js';
import type { LinkState } from './link-state.js';

/** A numbered frame of the peer: kept, delivered in order, acknowledged soon, or at once when something is amiss. */
export function takeNumbered(state: LinkState, seq: number, message: LinkMessage): void {
  if (state.inbound.take(seq, message) !== 'next') return acknowledgeNow(state);
  const delivered = deliverReady(state);
  state.unacked += delivered;
  if (state.unacked >= ACK_EVERY) sendAck(state);
  else if (state.unacked > 0) state.due.ack ??= state.deps.now() + ACK_DELAY_MS;
}

/** An acknowledgement without delay, though not more often than each 100 ms. */
export function acknowledgeNow(state: LinkState): void {
  const earliest = state.lastAck + URGENT_ACK_GAP_MS;
  if (state.deps.now() < earliest) {
    state.due.ack = Math.min(state.due.ack ?? Infinity, earliest);
    return;
  }
  sendAck(state);
}

function deliverReady(state: LinkState): number {
  if (state.delivering) return 0;
  state.delivering = true;
  let count = 0;
  for (let ready = state.inbound.peek(); ready !== undefined; ready = state.inbound.peek()) {
    const { era } = state;
    try {
      state.deps.deliver(ready);
    } catch (error) {
      state.deps.fault(error);
    }
    // The application may have started afresh meanwhile: this number means nothing any more.
    if (era === state.era) state.inbound.delivered();
    count += 1;
  }
  state.delivering = false;
  return count;
}
