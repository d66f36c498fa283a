import type { CallContext } from './call-context.js';
import { createConnection } from './connection.js';
import type { Connection } from './connection.js';
import { createIceWatch, isConnected } from './ice-watch.js';
import type { PeerState } from './ice-watch.js';
import type { PairMessage, ResumeMessage } from './pair-message.js';

/** After an error that an RTCPeerConnection cannot go on from, the next one comes so much later, then twice as much. */
const REPLACE_MS = 250;
const MOST_REPLACE_MS = 30_000;

/** Another participant of the call, through all RTCPeerConnections that it takes. */
export interface Peer {
  /** Its participant id; changes when it rejoins. */
  readonly id: string;
  readonly state: PeerState;
  readonly connection: Connection | undefined;
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

interface State extends Pick<Peer, 'check'> {
  readonly call: CallContext;
  /** Tells how it stands. */
  tell(state: PeerState | 'closed'): void;
  /** Ends the watch over the connection. */
  rest(): void;
  id: string;
  attached: boolean;
  session: number;
  connection: Connection | undefined;
  replaceMs: number;
}

/** A peer without an RTCPeerConnection: `start`, or an offer of the other end, opens one. `changed` hears of its state. */
export function createPeer(call: CallContext, id: string, changed: (peer: Peer) => void): Peer {
  const watch = createIceWatch({
    clock: call.clock,
    pc: () => state.connection?.pc,
    ready: () => reachable(state) && !state.connection?.negotiation.pending,
    restart: () => state.connection?.negotiation.negotiate(true),
    replace: () => openNext(state),
    changed(now) {
      if (now === 'connected') state.replaceMs = REPLACE_MS;
      state.tell(now);
    },
  });
  const state: State = {
    call,
    check: watch.check,
    rest: watch.close,
    tell(now) {
      call.emit('peer', { id: state.id, state: now });
      changed(peer);
    },
    id,
    attached: true,
    session: 0,
    connection: undefined,
    replaceMs: REPLACE_MS,
  };
  const peer: Peer = {
    get id() {
      return state.id;
    },
    get state() {
      return watch.state;
    },
    get connection() {
      return state.connection;
    },
    get attached() {
      return state.attached;
    },
    start: () => openNext(state),
    receive: (message) => receive(state, message),
    detach() {
      state.attached = false;
    },
    attach: (given) => attach(state, given),
    check: watch.check,
    close(bye) {
      if (bye && state.connection) send(state, { kind: 'bye', session: state.session });
      close(state);
    },
  };
  return peer;
}

function reachable({ call, attached, id }: State): boolean {
  return attached && call.reachable(id);
}

/** What cannot be sent to anybody is made up for by `attach`. */
function send({ call, attached, id }: State, message: PairMessage): boolean {
  return !attached || call.send(id, message);
}

function open(state: State, session: number): void {
  const { call, check } = state;
  if (state.connection) state.connection.close();
  else state.tell('connecting');
  state.session = session;
  state.attached = true;
  const connection = createConnection(call, {
    session,
    id: () => state.id,
    polite: () => call.self() > state.id,
    send: (message) => send(state, message),
    reachable: () => reachable(state),
    changed: () => state.connection === connection && check(),
    broken(error) {
      call.fault(error);
      call.clock.after(state.replaceMs, () => state.connection === connection && openNext(state));
      state.replaceMs = Math.min(state.replaceMs * 2, MOST_REPLACE_MS);
    },
  });
  state.connection = connection;
  check();
}

function openNext(state: State): void {
  open(state, state.call.nextSession(state.session));
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
  if (!state.connection || state.connection.pc.remoteDescription) openNext(state);
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
