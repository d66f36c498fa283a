import { PROBE_MS, RESEND_ON_ACK_GAP_MS, RTO_JITTER, RTO_MS, STALL_MS, WINDOW } from './constants.js';
import { transmit } from './link-state.js';
import type { LinkState } from './link-state.js';

/** Sends what fits the window and has not been sent yet. Nothing new goes to a peer that is away. */
export function fillWindow(state: LinkState): void {
  if (state.away) return;
  for (const item of state.outbound.take(state.outbound.sent, WINDOW)) transmit(state, item);
}

/** Sends the window again; to a peer that is away only its first message, as a probe. */
export function resend(state: LinkState): void {
  state.resentAt = state.now();
  state.due.hint = undefined;
  const { outbound, away } = state;
  for (const item of outbound.take(0, away ? 1 : outbound.sent)) transmit(state, item);
  fillWindow(state);
  armResend(state);
}

/** Sets the timers of what is unacknowledged, or none when nothing is. */
export function armResend(state: LinkState): void {
  if (state.outbound.size === 0) return owedOnly(state);
  const { due } = state;
  const jitter = 1 + RTO_JITTER * (2 * state.random() - 1);
  due.resend = state.now() + (state.away ? PROBE_MS : state.rto * jitter);
  due.stall = state.away ? undefined : (due.stall ?? state.now() + STALL_MS);
}

/** What the peer has received, from any of its frames; `alone`: it had nothing else to say. */
export function takeAck(state: LinkState, ack: number, alone: boolean): void {
  if (state.outbound.acknowledge(ack)) {
    state.rto = RTO_MS;
    state.hints = 0;
    owedOnly(state);
    fillWindow(state);
    return armResend(state);
  }
  const quiet = state.now() - state.resentAt >= RESEND_ON_ACK_GAP_MS;
  if (alone && quiet && state.outbound.size > 0) resend(state);
}

/** Nothing is due any more but what the peer is owed itself. */
function owedOnly(state: LinkState): void {
  state.due = { ack: state.due.ack };
}
