import { MOST_HINTS, NACK_DELAY_MS, RTO_MAX_MS, RTO_MS, STALL_MS } from './constants.js';
import type { Link, LinkDeps, LinkMessage } from './link.js';
import { initialLinkState, nothingKnown, sendAck, tellWake } from './link-state.js';
import type { LinkState } from './link-state.js';
import { acknowledgeNow, takeNumbered } from './receiving.js';
import { armResend, fillWindow, resend, takeAck } from './sending.js';

/** The reliable link of docs/PROTOCOL.md (rules LINK-1 to LINK-12) as a state machine without timers. */
export function createLink(deps: LinkDeps): Link {
  const state = initialLinkState(deps);
  const inputs: Inputs = {
    send(message) {
      if (!state.outbound.add(message)) return 'full';
      fillWindow(state);
      if (state.due.resend === undefined) armResend(state);
      return 'queued';
    },
    receive([gen, seq, ack], message) {
      if (gen < state.gen) return acknowledgeNow(state);
      if (gen > state.gen) adopt(state, gen);
      if (ack >= state.outbound.next()) return;
      takeAck(state, ack, seq === 0);
      if (seq > 0 && message) takeNumbered(state, seq, message);
    },
    nacked([gen, seq], retryAfterMs = NACK_DELAY_MS) {
      // An echo of an earlier generation, or of what has arrived since, says nothing.
      if (gen !== state.gen || seq < state.outbound.first() || state.away) return;
      const wait = Math.min(retryAfterMs * 2 ** state.hints, Math.max(retryAfterMs, RTO_MS));
      state.due.hint ??= state.now() + wait;
    },
    bound() {
      state.hints = 0;
      resend(state);
    },
    presence(presence) {
      state.away = presence === 'away';
      state.hints = 0;
      if (state.away) armResend(state);
      else resend(state);
    },
    left: () => forget(state),
    restart() {
      state.gen += 1;
      forget(state);
      state.outbound.add({ payload: '' });
      resend(state);
    },
    wake: () => wake(state),
  };
  return {
    ...telling(inputs, state),
    get pending() {
      return state.outbound.size;
    },
  };
}

type Inputs = Omit<Link, 'pending'>;

/** Every input may change what is due: each tells the timer's owner when it is through. */
function telling(inputs: Inputs, state: LinkState): Inputs {
  const wrap =
    (input: (...given: never[]) => unknown) =>
    (...given: never[]): unknown => {
      const result = input(...given);
      tellWake(state);
      return result;
    };
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, wrap(input)]),
  ) as unknown as Inputs;
}

function wake(state: LinkState): void {
  const now = state.now();
  const isDue = (what: keyof LinkState['due']): boolean => (state.due[what] ?? Infinity) <= now;
  if (isDue('ack')) sendAck(state);
  if (isDue('stall')) {
    state.due.stall = now + STALL_MS;
    state.stalled();
  }
  if (isDue('resend')) {
    state.rto = Math.min(state.rto * 2, RTO_MAX_MS);
    resend(state);
  } else if (isDue('hint')) {
    state.hints = Math.min(state.hints + 1, MOST_HINTS);
    resend(state);
  }
}

/** The peer started a new generation: it knows nothing of what was before. */
function adopt(state: LinkState, gen: number): void {
  state.gen = gen;
  forget(state);
  state.reset();
}

function forget(state: LinkState): readonly LinkMessage[] {
  Object.assign(state, nothingKnown());
  state.early.clear();
  state.era += 1;
  return state.outbound.clear();
}
