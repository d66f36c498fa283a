import { ACK_DELAY_MS, ACK_EVERY, URGENT_ACK_GAP_MS, WINDOW } from './constants.js';
import type { LinkMessage } from './link.js';
import { sendAck } from './link-state.js';
import type { LinkState } from './link-state.js';

/** A numbered frame of the peer: kept, delivered in order, acknowledged soon, or at once when something is amiss. */
export function takeNumbered(state: LinkState, seq: number, message: LinkMessage): void {
  const { early, received } = state;
  const isNew = seq > received && seq <= received + WINDOW && !early.has(seq);
  if (isNew) early.set(seq, message);
  if (!isNew || seq > received + 1) return acknowledgeNow(state);
  const delivered = deliverReady(state);
  // What the application sent meanwhile carried an acknowledgement already.
  state.unacked += delivered;
  if (state.unacked >= ACK_EVERY) sendAck(state);
  else if (state.unacked > 0) state.due.ack ??= state.now() + ACK_DELAY_MS;
}

/** An acknowledgement without delay, though not more often than each 100 ms. */
export function acknowledgeNow(state: LinkState): void {
  const earliest = state.lastAck + URGENT_ACK_GAP_MS;
  if (state.now() < earliest) {
    state.due.ack = Math.min(state.due.ack ?? Infinity, earliest);
    return;
  }
  sendAck(state);
}

function deliverReady(state: LinkState): number {
  if (state.busy) return 0;
  state.busy = true;
  let count = 0;
  for (let ready = next(state); ready; ready = next(state)) {
    const { era } = state;
    try {
      state.deliver(ready);
    } catch (error) {
      state.fault(error);
    }
    // The application may have started afresh meanwhile: this number means nothing any more.
    if (era === state.era) state.early.delete((state.received += 1));
    count += 1;
  }
  state.busy = false;
  return count;
}

function next({ early, received }: LinkState): LinkMessage | undefined {
  return early.get(received + 1);
}
