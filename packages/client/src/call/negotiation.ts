import type { ClientClock } from '../ports.js';
import { createTimer } from '../timer.js';
import type { Timer } from '../timer.js';
import { createLocalCandidates, createRemoteCandidates, generationsOf } from './candidates.js';
import type { RemoteCandidates } from './candidates.js';
import type { AskMessage, CandidatesMessage, DescriptionMessage, Sources } from './pair-message.js';
import type { PeerConnection } from './peer-connection.js';
import { createTaskQueue } from './task-queue.js';

/** An offer without an answer is sent again after this, then after twice as long, up to the second number. */
const RESEND_MS = 5_000;
const MOST_RESEND_MS = 30_000;
/** So often it asks for m-lines that do not come: after a change of roles some of its own may fit none that are offered. */
const MOST_ASKS = 8;
/** So many m-lines the other end may ask for. */
const MOST_LINES = 64;

/**
 * Perfect negotiation (W3C webrtc-pc, section 10.7) of one RTCPeerConnection: both ends may offer at any moment. Inputs
 * are worked off one at a time. Whatever is lost on the way, both ends come to agree as long as some messages get
 * through: an unanswered offer goes out again, and one that was answered already gets the same answer again.
 */
export interface Negotiation {
  /**
   * Offers, as soon as both are ready for it, if there is something that the browser does not notice: other sources, or
   * an ICE restart, with new candidates of both ends.
   */
  negotiate(restartIce?: boolean): void;
  /** A message of the other end, about this RTCPeerConnection. */
  receive(message: NegotiationMessage): void;
  /** The link has room again, or is another one: what was refused, or under way, goes out again. */
  linked(): void;
  /** True while an offer waits for its answer. */
  readonly pending: boolean;
  /** Stops everything; the RTCPeerConnection is the caller's to close. */
  close(): void;
}

/** What two negotiations tell each other. */
export type NegotiationMessage = DescriptionMessage | CandidatesMessage | AskMessage;

/** What a negotiation is made of. */
export interface NegotiationDeps {
  readonly pc: PeerConnection;
  readonly clock: ClientClock;
  readonly session: number;
  /** Whether this end gives way when offers collide; asked anew each time, as ids change with a rejoin. */
  polite(): boolean;
  /** Hands a message to the link; false: it is full. */
  send(message: NegotiationMessage): boolean;
  /** Whether it makes sense to send an offer again: signaling is joined and the other end is online. */
  reachable(): boolean;
  /** What this end's m-lines carry now. */
  sources(): Sources;
  /** A description of the other end has been applied, and both have agreed. */
  described(sources: Sources): void;
  /** Two offers have collided. */
  collision(): void;
  fault(error: unknown): void;
  /** The RTCPeerConnection cannot go on. */
  broken(error: unknown): void;
}

interface State extends NegotiationDeps {
  readonly remote: RemoteCandidates;
  /** Offers in its turn, if that makes sense then. */
  check(): void;
  /** Offers made so far. */
  made: number;
  /** The offer that waits for its answer. */
  pending?: { readonly negotiation: number; readonly restart: boolean } | undefined;
  /** The last answer given, for an offer that comes again. */
  answer?: DescriptionMessage;
  /** Sources told last, as JSON. */
  told: string;
  /** The browser asks for an offer. */
  needed?: boolean;
  restart: boolean;
  /** Asks in a row for m-lines. */
  asked: number;
  /** The link has refused something. */
  full?: boolean;
  resendMs: number;
  readonly timer: Timer;
}

/** Listens to the RTCPeerConnection from now on; offers when the browser says that negotiation is needed. */
export function createNegotiation(deps: NegotiationDeps): Negotiation {
  const { pc, clock, session, broken, fault } = deps;
  const queue = createTaskQueue(broken);
  const local = createLocalCandidates(pc, clock, (candidates) => {
    send(state, { kind: 'candidates', session, candidates });
  });
  const state: State = {
    ...deps,
    remote: createRemoteCandidates(pc, fault),
    check: () => queue.add(() => offer(state)),
    made: 0,
    asked: 0,
    told: '[]',
    restart: false,
    resendMs: RESEND_MS,
    timer: createTimer(clock),
  };
  pc.addEventListener('negotiationneeded', () => {
    state.needed = true;
    state.check();
  });
  pc.addEventListener('icecandidate', ({ candidate }) => local.add(candidate ?? {}));
  return {
    negotiate(restartIce = false) {
      state.restart ||= restartIce;
      state.check();
    },
    receive: (message) => queue.add(() => receive(state, message)),
    linked: () => linked(state),
    get pending() {
      return Boolean(state.pending);
    },
    close() {
      queue.close();
      local.close();
      state.timer.stop();
    },
  };
}

async function offer(state: State): Promise<void> {
  const { pc, restart } = state;
  if (pc.signalingState !== 'stable' || state.full || asks(state)) return;
  if (!restart && !state.needed && JSON.stringify(state.sources()) === state.told) return;
  state.needed = false;
  state.restart = false;
  await pc.setLocalDescription(await pc.createOffer({ iceRestart: restart }));
  state.pending = { negotiation: (state.made += 1), restart };
  sendOffer(state);
}

/**
 * Whether it asks for m-lines instead of offering them. In Chromium a rollback that takes a new m-line back may stop the
 * video of another one for good (seen in 156), so the end that rolls back offers no new ones.
 */
function asks(state: State): boolean {
  const { pc, session } = state;
  const fresh = pc.getTransceivers().some(({ mid, direction }) => !mid && direction === 'sendrecv');
  state.asked = fresh ? state.asked + 1 : 0;
  if (!fresh || state.asked > MOST_ASKS || !pc.remoteDescription || !state.polite()) return false;
  send(state, { kind: 'ask', session, media: mediaOf(pc) });
  return true;
}

/** What the other end asks for and is not there yet. The browser asks for an offer then. */
function widen(pc: PeerConnection, { media }: AskMessage): void {
  const there = mediaOf(pc);
  for (const kind of media.slice(0, MOST_LINES)) {
    const found = there.indexOf(kind);
    if (found < 0) pc.addTransceiver(kind, { direction: 'recvonly' });
    else there[found] = '';
  }
}

function mediaOf(pc: PeerConnection): string[] {
  return pc.getTransceivers().map(({ receiver }) => receiver.track.kind);
}

function sendOffer(state: State): void {
  if (!state.pending) return;
  send(state, describe(state, 'offer', state.pending.negotiation));
  resendLater(state);
}

function resendLater(state: State): void {
  state.timer.set(state.resendMs, () => {
    if (!state.reachable()) return resendLater(state);
    state.resendMs = Math.min(state.resendMs * 2, MOST_RESEND_MS);
    sendOffer(state);
  });
}

function describe(state: State, kind: 'offer' | 'answer', negotiation: number): DescriptionMessage {
  const { pc, session } = state;
  const sources = state.sources();
  state.told = JSON.stringify(sources);
  return { kind, session, negotiation, sdp: pc.localDescription?.sdp ?? '', sources };
}

/** Behind something that was refused nothing goes out: a candidate must not overtake its description. */
function send(state: State, message: NegotiationMessage): void {
  state.full ||= !state.send(message);
}

function linked(state: State): void {
  const { pending, answer, full } = state;
  state.full = false;
  if (pending) sendOffer(state);
  else if (full) {
    // If it was the answer that was refused, its offer waits for it. Candidates that were refused are lost.
    if (answer) send(state, answer);
    state.restart = true;
  }
  state.check();
}

async function receive(state: State, message: NegotiationMessage): Promise<void> {
  if (message.kind === 'ask') return widen(state.pc, message);
  if (message.kind === 'candidates') return state.remote.add(message.candidates);
  const agreed = message.kind === 'answer' ? receiveAnswer : receiveOffer;
  if (!(await agreed(state, message))) return;
  state.described(message.sources);
  await state.remote.described();
  await offer(state);
}

async function receiveAnswer(state: State, { negotiation, sdp }: DescriptionMessage): Promise<boolean> {
  // An answer to an offer that was rolled back, or answered before.
  if (state.pending?.negotiation !== negotiation) return false;
  await state.pc.setRemoteDescription({ type: 'answer', sdp });
  settle(state);
  return true;
}

async function receiveOffer(state: State, { negotiation, sdp }: DescriptionMessage): Promise<boolean> {
  const { pc, answer } = state;
  if (negotiation === answer?.negotiation) {
    send(state, answer);
    return false;
  }
  if (pc.signalingState !== 'stable') {
    state.collision();
    if (!state.polite()) {
      // It has not seen our offer yet, unless that was lost together with whoever listened there before.
      if (!pc.remoteDescription) sendOffer(state);
      return false;
    }
    // Told, as older browsers do not roll back by themselves.
    await pc.setLocalDescription({ type: 'rollback' });
  }
  const before = generationsOf(pc.remoteDescription);
  await pc.setRemoteDescription({ type: 'offer', sdp });
  // New candidates of the other end mean new ones of this end in the answer: that is a restart as well.
  const restarted = generationsOf({ sdp }).some((name) => !before.includes(name));
  state.restart = !restarted && (state.restart || !!state.pending?.restart);
  settle(state);
  await pc.setLocalDescription(await pc.createAnswer());
  state.answer = describe(state, 'answer', negotiation);
  send(state, state.answer);
  return true;
}

/** No offer waits any more. */
function settle(state: State): void {
  state.timer.stop();
  state.pending = undefined;
  state.resendMs = RESEND_MS;
}
