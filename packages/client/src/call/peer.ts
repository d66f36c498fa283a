import type { CallContext } from './call-context.js';
import { createConnection } from './connection.js';
import type { Connection } from './connection.js';
import { createIceWatch, isConnected } from './ice-watch.js';
import type { Watched } from './ice-watch.js';
import type { StatsDigest } from './stats-digest.js';
import type { PeerState } from './peer-state.js';
import type { PairMessage, ResumeMessage } from './pair-message.js';

/** After an error that an RTCPeerConnection cannot go on from, the next one comes so much later, then twice as much. */
const REPLACE_MS = 250;
const MOST_REPLACE_MS = 30_000;

/** Another participant of the call, through all RTCPeerConnections that it takes. */
export interface Peer {
  /** Its participant id; changes when it rejoins. */
  readonly id: string;
  readonly state: PeerState;
  readonly connection?: Connection | undefined;
  /** How long it took to connect, until that is reported. */
  connectMs?: number | undefined;
  /** Its statistics as they were measured last. */
  digest?: StatsDigest;
  /** False while it is not known under which id the other end can be reached: nothing is sent. */
  readonly attached: boolean;
  /** Opens a new RTCPeerConnection in place of the one there is, and offers. */
  start(): void;
  receive(message: Exclude<PairMessage, ResumeMessage>): void;
  /** It cannot be reached for now; the RTCPeerConnection stays. */
  detach(): void;
  /** It can be reached by this id, over another link: what was under way goes out again. */
  attach(id: string): void;
  /** Something has changed that may allow, or need, an ICE restart. */
  check(): void;
  /** Ends it; `bye` tells the other end. */
  close(bye: boolean): void;
}

/** The peer itself, with what only this module and the watch over it see of it. */
interface State extends Omit<Peer, 'id' | 'attached' | 'connection'>, Watched {
  readonly call: CallContext;
  /** Ends the watch over the connection. */
  rest(): void;
  /** Tells how it stands. */
  tell(state: PeerState | 'closed'): void;
  id: string;
  attached: boolean;
  session: number;
  connection?: Connection | undefined;
  replaceMs: number;
}

/** A peer without an RTCPeerConnection: `start`, or an offer of the other end, opens one. `told` hears of its state. */
export function createPeer(call: CallContext, id: string, told: (peer: Peer) => void): Peer {
  const peer: State = {
    ...{ call, id, attached: true, session: 0, replaceMs: REPLACE_MS },
    get state() {
      return watch.state;
    },
    tell(state) {
      call.emit('peer', { id: peer.id, state });
      told(peer);
    },
    changed(now) {
      if (now === 'failed') call.quality.pairs.set(peer, { peer: peer.id, state: now });
      if (now === 'connected') peer.replaceMs = REPLACE_MS;
      peer.tell(now);
    },
    reachable: () => peer.attached && call.reachable(peer.id),
    start: () => open(peer, call.nextSession(peer.session)),
    receive: (message) => receive(peer, message),
    detach() {
      peer.attached = false;
    },
    attach: (given) => attach(peer, given),
    check: () => watch.check(),
    rest: () => watch.close(),
    close(bye) {
      if (bye && peer.connection) send(peer, { kind: 'bye', session: peer.session });
      close(peer);
    },
  };
  const watch = createIceWatch(call, peer);
  return peer;
}

/** What cannot be sent to anybody is made up for by `attach`. */
function send({ call, attached, id }: State, message: PairMessage): boolean {
  return !attached || call.send(id, message);
}

function open(state: State, session: number): void {
  const { call, check, reachable } = state;
  if (state.connection) state.connection.close();
  else state.tell('connecting');
  state.session = session;
  state.attached = true;
  const connection = createConnection(call, {
    session,
    id: () => state.id,
    polite: () => call.self() > state.id,
    send: (message) => send(state, message),
    reachable,
    changed: () => state.connection === connection && check(),
    broken(error) {
      call.fault(error);
      call.clock.after(state.replaceMs, () => state.connection === connection && state.start());
      state.replaceMs = Math.min(state.replaceMs * 2, MOST_REPLACE_MS);
    },
  });
  state.connection = connection;
  check();
}

function close(state: State): void {
  const { connection } = state;
  if (!connection) return;
  state.connection = undefined;
  state.rest();
  connection.close();
  state.tell('closed');
}

function receive(state: State, message: Exclude<PairMessage, ResumeMessage>): void {
  const { kind, session } = message;
  if (kind === 'bye') {
    if (session < state.session) return;
    state.session = session;
    return close(state);
  }
  if (kind === 'offer') {
    state.attached = true;
    if (session > state.session) open(state, session);
    else if (session < state.session || !state.connection) return behind(state);
  }
  if (session === state.session) state.connection?.negotiation.receive(message);
}

/**
 * An offer about an RTCPeerConnection that is no more. Either ours, for the one that came after it, is on its way, or the
 * other end has forgotten how far the two were, and hears it by an offer of the next one.
 */
function behind(state: State): void {
  if (!state.connection || state.connection.pc.remoteDescription) state.start();
}

function attach(state: State, id: string): void {
  state.id = id;
  state.attached = true;
  if (!state.connection) return;
  const { pc, negotiation } = state.connection;
  if (!isConnected(pc) && pc.remoteDescription) negotiation.negotiate(true);
  negotiation.linked();
  state.check();
}
