import { PROBE_MS, RESEND_ON_ACK_GAP_MS, RTO_JITTER, RTO_MS, STALL_MS } from './constants.js';
import { transmit } from './link-state.js';
import type { LinkState } from './link-state.js';

/** Sends what fits the window and has not been sent yet. Nothing new goes to a peer that is away. */
export function fillWindow(state: LinkState): void {
  if (state.away) return;
  for (const item of state.outbound.unsent()) transmit(state, item);
}

/** Sends the window again; to a peer that is away only its first message, as a probe. */
export function resend(state: LinkState): void {
  state.lastResend = state.deps.now();
  state.due.hint = undefined;
  if (state.away) state.outbound.probe().forEach((item) => transmit(state, item));
  else for (const item of state.outbound.inFlight()) transmit(state, item);
  fillWindow(state);
  armResend(state);
}

/** Sets the timers of what is unacknowledged, or none when nothing is. */
export function armResend(state: LinkState): void {
  const { due, deps } = state;
  if (state.outbound.size === 0) {
    due.resend = undefined;
    due.hint = undefined;
    due.stall = undefined;
    return;
  }
  const jitter = 1 + RTO_JITTER * (2 * deps.random() - 1);
  due.resend = deps.now() + (state.away ? PROBE_MS : state.rto * jitter);
  due.stall = state.away ? undefined : (due.stall ?? deps.now() + STALL_MS);
}

/** What the peer has received, from any of its frames; `alone`: it had nothing else to say. */
export function takeAck(state: LinkState, ack: number, alone: boolean): void {
  if (state.outbound.acknowledge(ack)) {
    state.rto = RTO_MS;
    state.hints = 0;
    state.due.stall = undefined;
    state.due.hint = undefined;
    fillWindow(state);
    armResend(state);
    return;
  }
  const quiet = state.deps.now() - state.lastResend >= RESEND_ON_ACK_GAP_MS;
  if (alone && quiet && state.outbound.size > 0) resend(state);
}
