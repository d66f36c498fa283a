import type { ClientClock } from '../signaling/ports.js';
import { createConnection, isPaired } from './connection.js';
import type { Connection } from './connection.js';
import { createIceWatch, isConnected } from './ice-watch.js';
import type { IceWatch, PeerState } from './ice-watch.js';
import type { PairMessage, ResumeMessage } from './pair-message.js';
import type { PeerChannels } from './peer-channels.js';
import type { CreatePeerConnection } from './peer-connection.js';
import type { RemoteTrack } from './receivers.js';
import type { LocalTrack } from './senders.js';

/** After an error that an RTCPeerConnection cannot go on from, the next one comes so much later, then twice as much. */
const REPLACE_MS = [250, 30_000] as const;

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
  /** It can be reached by this id: what was under way may be lost, and goes out again. */
  attach(id: string): void;
  /** Something has changed that may allow, or need, an ICE restart. */
  check(): void;
  /** Ends it; `bye` tells the other end. */
  close(bye: boolean): void;
}

/** What a peer is made of. */
export interface PeerDeps {
  readonly clock: ClientClock;
  readonly createPeerConnection: CreatePeerConnection;
  readonly channels: PeerChannels;
  configuration(): RTCConfiguration;
  wanted(): ReadonlySet<LocalTrack>;
  /** One's own participant id. */
  self(): string;
  /** The number of a new RTCPeerConnection: above the given one, and above all that this call has used. */
  nextSession(after: number): number;
  /** Hands a message to the link; false: it is full. */
  send(to: string, message: PairMessage): boolean;
  /** Whether signaling is joined and the participant online. */
  reachable(id: string): boolean;
  changed(state: PeerState | 'closed'): void;
  track(event: 'track' | 'trackEnded', what: RemoteTrack): void;
  collision(): void;
  fault(error: unknown): void;
}

interface State {
  readonly deps: PeerDeps;
  readonly watch: IceWatch;
  id: string;
  attached: boolean;
  session: number;
  connection: Connection | undefined;
  replaceMs: number;
}

/** A peer without an RTCPeerConnection: `start`, or an offer of the other end, opens one. */
export function createPeer(id: string, deps: PeerDeps): Peer {
  const watch = createIceWatch({
    clock: deps.clock,
    pc: () => state.connection?.pc,
    reachable: () => reachable(state) && state.connection?.negotiation.pending === false,
    restartIce: () => state.connection?.negotiation.restartIce(),
    replace: () => openNext(state),
    changed(now) {
      if (now === 'connected') state.replaceMs = REPLACE_MS[0];
      deps.changed(now);
    },
  });
  const state: State = {
    deps,
    watch,
    id,
    attached: true,
    session: 0,
    connection: undefined,
    replaceMs: REPLACE_MS[0],
  };
  return {
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
      if (bye && state.connection !== undefined) send(state, { kind: 'bye', session: state.session });
      close(state);
    },
  };
}

function reachable({ deps, attached, id }: State): boolean {
  return attached && deps.reachable(id);
}

function send({ deps, attached, id }: State, message: PairMessage): boolean {
  // What cannot be sent to anybody is made up for by `attach`.
  return !attached || deps.send(id, message);
}

function open(state: State, session: number): void {
  const { deps } = state;
  if (state.connection === undefined) deps.changed(state.watch.state);
  state.connection?.close();
  state.session = session;
  state.attached = true;
  const connection: Connection = createConnection({
    ...deps,
    session,
    configuration: deps.configuration(),
    polite: () => deps.self() > state.id,
    send: (message) => send(state, message),
    reachable: () => reachable(state),
    settled: () => state.watch.check(),
    changed: () => state.watch.check(),
    broken(error) {
      deps.fault(error);
      const { replaceMs } = state;
      state.replaceMs = Math.min(replaceMs * 2, REPLACE_MS[1]);
      deps.clock.after(replaceMs, () => {
        if (state.connection === connection) openNext(state);
      });
    },
  });
  state.connection = connection;
  connection.sync(deps.wanted());
  state.watch.check();
}

function openNext(state: State): void {
  open(state, state.deps.nextSession(state.session));
}

function close(state: State): void {
  const { connection } = state;
  if (connection === undefined) return;
  state.connection = undefined;
  state.watch.close();
  connection.close();
  state.deps.changed('closed');
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
    else if (session < state.session || state.connection === undefined) return behind(state);
  }
  if (session === state.session) state.connection?.negotiation.receive(message);
}

/**
 * An offer about an RTCPeerConnection that is no more. Either ours, for the one that came after it, is on its way, or the
 * other end has forgotten how far the two were, and hears it by an offer of the next one.
 */
function behind(state: State): void {
  const { connection } = state;
  if (connection === undefined || isPaired(connection.pc)) openNext(state);
}

function attach(state: State, id: string): void {
  state.id = id;
  state.attached = true;
  const { connection } = state;
  if (connection === undefined) return;
  if (!isConnected(connection.pc) && isPaired(connection.pc)) connection.negotiation.restartIce();
  connection.negotiation.resync();
  state.watch.check();
}
