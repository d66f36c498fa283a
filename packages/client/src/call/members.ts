import type { Change, Roster } from '@parley/protocol';
import type { CancelTimer, ClientClock } from '../signaling/ports.js';
import { pairOf } from './connection.js';
import { isConnected } from './ice-watch.js';
import type { PairMessage, ResumeMessage } from './pair-message.js';
import type { Peer } from './peer.js';

/** Who was there before speaks up itself if a newcomer, whose turn it is, says nothing for so long. */
const SPEAK_MS = 3_000;
/** So long a connected participant who has left as `expired` may come back under another id. */
const HOLD_MS = 30_000;

/** The participants of a call, as the roster and their messages have them. */
export interface Members {
  /** All peers, also those that are held. */
  all(): readonly Peer[];
  /** There is a roster; `self` is one's own id in it. */
  changed(self: string, roster: Roster, changes: readonly Change[]): void;
  receive(from: string, message: PairMessage): void;
  get(id: string): Peer | undefined;
  /** The state of this one has changed. */
  stateChanged(peer: Peer): void;
  close(bye: boolean): void;
}

/** What members are made of. */
export interface MembersDeps {
  readonly clock: ClientClock;
  createPeer(id: string): Peer;
  send(to: string, message: PairMessage): void;
  /** Whether signaling is joined and the participant online. */
  reachable(id: string): boolean;
  /** Nothing of this one is left. */
  removed(peer: Peer): void;
  /** The same participant, and RTCPeerConnection, under another id. */
  renamed(from: string, to: string): void;
}

interface State {
  readonly deps: MembersDeps;
  /** By participant id; each is in the roster. */
  readonly peers: Map<string, Peer>;
  /** Not in the roster any more, though their RTCPeerConnections are connected. */
  readonly held: Set<Peer>;
  readonly timers: Map<Peer, CancelTimer>;
  self: string | undefined;
}

/** Nobody yet. */
export function createMembers(deps: MembersDeps): Members {
  const state: State = {
    deps,
    peers: new Map(),
    held: new Set(),
    timers: new Map(),
    self: undefined,
  };
  return {
    all: () => everybody(state),
    changed: (self, roster, changes) => changed(state, self, { roster, changes }),
    receive: (from, message) => receive(state, from, message),
    get: (id) => state.peers.get(id),
    stateChanged(peer) {
      const { connection } = peer;
      if (state.held.has(peer) && !(connection && isConnected(connection.pc))) remove(state, peer);
    },
    close: (bye) => everybody(state).forEach((peer) => remove(state, peer, bye)),
  };
}

const everybody = ({ peers, held }: State): Peer[] => [...peers.values(), ...held];

function changed(
  state: State,
  self: string,
  { roster, changes }: { readonly roster: Roster; readonly changes: readonly Change[] },
): void {
  const rejoined = state.self !== undefined && state.self !== self;
  const first = state.self !== self;
  state.self = self;
  for (const peer of state.peers.values()) {
    if (!roster.participants.has(peer.id)) gone(state, peer, changes);
  }
  for (const peer of rejoined ? [...state.peers.values()] : []) ask(state, peer);
  for (const { id, kind } of roster.participants.values()) {
    if (kind !== 'standard' || id === self || state.peers.has(id)) continue;
    const peer = add(state, id);
    // Whoever comes later finds the others there, and speaks first: offers seldom collide then.
    if (first) ask(state, peer);
    else wait(state, peer);
  }
}

function gone(state: State, peer: Peer, changes: readonly Change[]): void {
  const left = changes.find((change) => change.what === 'left' && change.participant === peer.id);
  const { connection } = peer;
  const expired = left?.what !== 'left' || left.reason === 'expired';
  if (!expired || !connection || !isConnected(connection.pc)) return remove(state, peer);
  state.peers.delete(peer.id);
  state.held.add(peer);
  peer.detach();
  timer(state, peer, HOLD_MS, () => remove(state, peer));
}

function add(state: State, id: string): Peer {
  const held = [...state.held].find((peer) => peer.id === id);
  const peer = held ?? state.deps.createPeer(id);
  state.held.delete(peer);
  state.peers.set(id, peer);
  if (held) peer.attach(id);
  return peer;
}

function remove(state: State, peer: Peer, bye = false): void {
  timer(state, peer);
  peer.close(bye);
  state.held.delete(peer);
  if (state.peers.get(peer.id) === peer) state.peers.delete(peer.id);
  state.deps.removed(peer);
}

function timer(state: State, peer: Peer, ms?: number, run?: () => void): void {
  state.timers.get(peer)?.();
  state.timers.delete(peer);
  if (ms !== undefined && run !== undefined) state.timers.set(peer, state.deps.clock.after(ms, run));
}

/** It is the other end's turn. */
function wait(state: State, peer: Peer): void {
  timer(state, peer, SPEAK_MS, () => {
    if (peer.connection && peer.attached) return;
    if (state.deps.reachable(peer.id)) peer.start();
    else wait(state, peer);
  });
}

/** Which of the RTCPeerConnections that are still there, if any, does this participant share? */
function ask(state: State, peer: Peer): void {
  const { connection } = peer;
  const candidates = connection ? [peer] : [...state.held];
  const pairs = candidates.flatMap((one) => {
    const pair = pairOf(one.connection?.pc);
    return pair === undefined ? [] : [pair];
  });
  if (pairs.length === 0) return peer.start();
  peer.detach();
  state.deps.send(peer.id, { kind: 'resume', ask: true, pairs });
  wait(state, peer);
}

function receive(state: State, from: string, message: PairMessage): void {
  if (message.kind === 'resume') return resume(state, from, message);
  const peer = state.peers.get(from);
  if (peer === undefined) return;
  if (message.kind === 'offer') timer(state, peer);
  peer.receive(message);
}

function resume(state: State, from: string, { ask: asked, pairs }: ResumeMessage): void {
  const known = state.peers.get(from);
  if (known === undefined) return;
  const kept = everybody(state).find((peer) => {
    const pair = pairOf(peer.connection?.pc);
    return pair !== undefined && pairs.some(([own, other]) => own === pair[1] && other === pair[0]);
  });
  if (asked) {
    const pair = pairOf(kept?.connection?.pc);
    state.deps.send(from, { kind: 'resume', ask: false, pairs: pair ? [pair] : [] });
  }
  if (kept !== undefined) rename(state, known, kept);
  else if (!asked && !(known.connection && known.attached)) known.start();
}

/** The participant at `known` is the one that was kept. */
function rename(state: State, known: Peer, kept: Peer): void {
  const [from, to] = [kept.id, known.id];
  if (kept !== known) {
    remove(state, known);
    state.held.delete(kept);
    if (state.peers.get(from) === kept) state.peers.delete(from);
    state.peers.set(to, kept);
  }
  timer(state, kept);
  kept.attach(to);
  if (from !== to) state.deps.renamed(from, to);
}
