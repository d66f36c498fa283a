import type { LinkHeader } from '@parley/protocol';
import { RTO_MS } from './constants.js';
import type { LinkDeps, LinkMessage } from './link.js';
import { createOutbound } from './outbound.js';
import type { Numbered, Outbound } from './outbound.js';

/** Everything that one end of a link knows. */
export interface LinkState extends LinkDeps {
  readonly outbound: Outbound;
  /** The number of the last message of the peer that was delivered, and what arrived early behind it. */
  received: number;
  readonly early: Map<number, LinkMessage>;
  /** When each thing is due; absent: not at all. */
  due: Partial<Record<'resend' | 'hint' | 'ack' | 'stall', number | undefined>>;
  gen: number;
  /** One more each time that everything is forgotten. */
  era: number;
  rto: number;
  away?: boolean;
  /** Deliveries since the last frame that carried an acknowledgement. */
  unacked: number;
  /** When an acknowledgement alone was sent last. */
  lastAck: number;
  /** Resends that nacks led to since the last progress: each waits twice as long as the one before. */
  hints: number;
  resentAt: number;
  busy?: boolean;
}

/** The first generation, with nothing sent or received. */
export function initialLinkState(deps: LinkDeps): LinkState {
  return {
    ...deps,
    ...nothingKnown(),
    outbound: createOutbound(),
    early: new Map(),
    gen: 1,
    era: 0,
    lastAck: -Infinity,
    resentAt: -Infinity,
  };
}

/** What is known of a generation that has just begun. */
export function nothingKnown(): Pick<LinkState, 'received' | 'due' | 'rto' | 'unacked' | 'hints'> {
  return { received: 0, due: {}, rto: RTO_MS, unacked: 0, hints: 0 };
}

/** Tells the owner of the timer when it is needed next. */
export function tellWake(state: LinkState): void {
  const times = Object.values(state.due).filter((time) => time !== undefined);
  state.wakeAt(times.length === 0 ? undefined : Math.min(...times));
}

/** Sends one numbered message; every frame carries an acknowledgement, so that a due one is done. */
export function transmit(state: LinkState, { seq, message }: Numbered): void {
  state.transmit(header(state, seq), message);
}

/** Sends an acknowledgement alone: it is not numbered, acknowledged or nacked. */
export function sendAck(state: LinkState): void {
  state.lastAck = state.now();
  state.transmit(header(state, 0), undefined);
}

function header(state: LinkState, seq: number): LinkHeader {
  state.unacked = 0;
  state.due.ack = undefined;
  return [state.gen, seq, state.received];
}
