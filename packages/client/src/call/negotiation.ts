import type { CancelTimer, ClientClock } from '../signaling/ports.js';
import { createLocalCandidates, createRemoteCandidates, generationsOf } from './candidates.js';
import type { LocalCandidates, RemoteCandidates } from './candidates.js';
import type { CandidatesMessage, DescriptionMessage, Sources } from './pair-message.js';
import type { PeerConnection, SessionDescription } from './peer-connection.js';
import { createTaskQueue } from './task-queue.js';
import type { TaskQueue } from './task-queue.js';

/** An offer without an answer is sent again after this, then after twice as long, up to the second number. */
const RESEND_MS = [5_000, 30_000] as const;

/**
 * Perfect negotiation (W3C webrtc-pc, section 10.7) of one RTCPeerConnection: both ends may offer at any moment. Inputs
 * are worked off one at a time. Whatever is lost on the way, both ends come to agree as long as some messages get
 * through: an unanswered offer goes out again, and one that was answered already gets the same answer again.
 */
export interface Negotiation {
  /** Offers, if there is something to negotiate that the browser does not notice: other sources, or an ICE restart. */
  check(): void;
  /** Both ends get new candidates, as soon as both are ready for an offer. */
  restartIce(): void;
  /** A message of the other end, about this RTCPeerConnection. */
  receive(message: DescriptionMessage | CandidatesMessage): void;
  /** There is another link: what was under way, or refused, goes out again. */
  resync(): void;
  /** The link has room again: what it refused goes out, and a fresh offer with an ICE restart. */
  drained(): void;
  /** True while an offer waits for its answer. */
  readonly pending: boolean;
  /** Stops everything; the RTCPeerConnection is the caller's to close. */
  close(): void;
}

/** What a negotiation is made of. */
export interface NegotiationDeps {
  readonly pc: PeerConnection;
  readonly clock: ClientClock;
  readonly session: number;
  /** Whether this end gives way when offers collide; asked anew each time, as ids change with a rejoin. */
  polite(): boolean;
  /** Hands a message to the link; false: it is full. */
  send(message: DescriptionMessage | CandidatesMessage): boolean;
  /** Whether it makes sense to send an offer again: signaling is joined and the other end is online. */
  reachable(): boolean;
  /** What this end's m-lines carry now. */
  sources(): Sources;
  /** A description of the other end has been applied. */
  described(sources: Sources): void;
  /** Both ends have agreed on descriptions. */
  settled(): void;
  /** Two offers have collided. */
  collision(): void;
  fault(error: unknown): void;
  /** The RTCPeerConnection cannot go on. */
  broken(error: unknown): void;
}

interface State {
  readonly deps: NegotiationDeps;
  readonly queue: TaskQueue;
  readonly local: LocalCandidates;
  readonly remote: RemoteCandidates;
  /** Offers made so far. */
  made: number;
  /** The offer that waits for its answer. */
  pending: { readonly negotiation: number; readonly restart: boolean } | undefined;
  /** The last answer given, for an offer that comes again. */
  answer: DescriptionMessage | undefined;
  /** Sources told last, as JSON. */
  told: string;
  needed: boolean;
  restart: boolean;
  full: boolean;
  /** The answer was refused by the link. */
  unsent: boolean;
  resendMs: number;
  cancel: CancelTimer | undefined;
}

/** Listens to the RTCPeerConnection from now on; offers when the browser says that negotiation is needed. */
export function createNegotiation(deps: NegotiationDeps): Negotiation {
  const { pc } = deps;
  const queue = createTaskQueue(deps.broken);
  const local = createLocalCandidates(pc, deps.clock, (candidates) => {
    send(state, { kind: 'candidates', session: deps.session, candidates });
  });
  const remote = createRemoteCandidates(pc, deps.fault);
  const state: State = { deps, queue, local, remote, ...initial };
  pc.addEventListener('negotiationneeded', () => {
    state.needed = true;
    enqueue(state, () => offer(state));
  });
  pc.addEventListener('icecandidate', ({ candidate }) => local.add(candidate ?? null));
  return {
    check: () => enqueue(state, () => offer(state)),
    restartIce() {
      state.restart = true;
      enqueue(state, () => offer(state));
    },
    receive: (message) => enqueue(state, () => receive(state, message)),
    resync: () => resync(state),
    drained: () => drained(state),
    get pending() {
      return state.pending !== undefined;
    },
    close() {
      queue.close();
      local.close();
      state.cancel?.();
    },
  };
}

const initial = {
  made: 0,
  pending: undefined,
  answer: undefined,
  told: '[]',
  needed: false,
  restart: false,
  full: false,
  unsent: false,
  resendMs: RESEND_MS[0],
  cancel: undefined,
};

function enqueue(state: State, task: () => Promise<void> | void): void {
  if (!state.queue.add(task)) state.deps.broken(new RangeError('too many inputs wait'));
}

async function offer(state: State): Promise<void> {
  const { pc, sources } = state.deps;
  if (pc.signalingState !== 'stable' || state.full) return;
  const { restart } = state;
  if (!restart && !state.needed && JSON.stringify(sources()) === state.told) return;
  state.needed = false;
  state.restart = false;
  await pc.setLocalDescription(await pc.createOffer(restart ? { iceRestart: true } : {}));
  state.pending = { negotiation: (state.made += 1), restart };
  sendPending(state);
}

function sendPending(state: State): void {
  if (state.pending === undefined) return;
  send(state, describe(state, 'offer', state.pending.negotiation));
  armResend(state);
}

function armResend(state: State): void {
  state.cancel?.();
  state.cancel = state.deps.clock.after(state.resendMs, () => {
    if (!state.deps.reachable()) return armResend(state);
    state.resendMs = Math.min(state.resendMs * 2, RESEND_MS[1]);
    sendPending(state);
  });
}

function describe(state: State, kind: 'offer' | 'answer', negotiation: number): DescriptionMessage {
  const { pc, session, sources } = state.deps;
  const carried = sources();
  state.told = JSON.stringify(carried);
  return { kind, session, negotiation, sdp: pc.localDescription?.sdp ?? '', sources: carried };
}

function send(state: State, message: DescriptionMessage | CandidatesMessage): void {
  // Behind something that was refused nothing may go out: a candidate must not overtake its description.
  if (!state.full && state.deps.send(message)) return;
  state.full = true;
  if (message.kind === 'answer') state.unsent = true;
}

/** The link has room: for what it refused, if that is still good for something. */
function resync(state: State): void {
  const { unsent } = state;
  state.full = false;
  state.unsent = false;
  if (state.pending !== undefined) sendPending(state);
  else if (unsent && state.answer !== undefined) send(state, state.answer);
  enqueue(state, () => offer(state));
}

function drained(state: State): void {
  if (!state.full) return;
  // The candidates that were refused are in the offer that waits, or else lost.
  state.restart ||= state.pending === undefined;
  resync(state);
}

async function receive(state: State, message: DescriptionMessage | CandidatesMessage): Promise<void> {
  if (message.kind === 'candidates') return state.remote.add(message.candidates);
  if (message.kind === 'answer') return receiveAnswer(state, message);
  return receiveOffer(state, message);
}

async function receiveAnswer(state: State, { negotiation, sdp, sources }: DescriptionMessage): Promise<void> {
  const { pc } = state.deps;
  // An answer to an offer that was rolled back, or answered before.
  if (state.pending?.negotiation !== negotiation || pc.signalingState !== 'have-local-offer') return;
  await pc.setRemoteDescription({ type: 'answer', sdp });
  noLongerPending(state);
  await described(state, sources);
}

async function receiveOffer(state: State, message: DescriptionMessage): Promise<void> {
  const { pc, polite, collision } = state.deps;
  if (message.negotiation === state.answer?.negotiation) return send(state, state.answer);
  if (pc.signalingState !== 'stable') {
    collision();
    if (!polite()) {
      // It has not seen our offer yet, unless that was lost together with whoever listened there before.
      if (pc.remoteDescription === null) sendPending(state);
      return;
    }
  }
  const before = generationsOf(pc.remoteDescription?.sdp);
  await applyOffer(pc, { type: 'offer', sdp: message.sdp });
  if (state.pending?.restart) state.restart = true;
  // New candidates of the other end mean new ones of this end in the answer: that is a restart as well.
  if ([...generationsOf(message.sdp)].some((name) => !before.has(name))) state.restart = false;
  noLongerPending(state);
  await pc.setLocalDescription(await pc.createAnswer());
  state.answer = describe(state, 'answer', message.negotiation);
  send(state, state.answer);
  await described(state, message.sources);
}

/** Browsers roll back their own offer by themselves; older ones have to be told. */
async function applyOffer(pc: PeerConnection, description: SessionDescription): Promise<void> {
  try {
    await pc.setRemoteDescription(description);
  } catch (error) {
    if (pc.signalingState !== 'have-local-offer') throw error;
    await pc.setLocalDescription({ type: 'rollback' });
    await pc.setRemoteDescription(description);
  }
}

function noLongerPending(state: State): void {
  state.cancel?.();
  state.pending = undefined;
  state.resendMs = RESEND_MS[0];
}

async function described(state: State, sources: Sources): Promise<void> {
  state.deps.described(sources);
  await state.remote.described();
  state.deps.settled();
  await offer(state);
}
