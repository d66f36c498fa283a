import type { Change, Roster } from '@parley/protocol';
import type { CancelTimer } from '../ports.js';
import type { CallContext } from './call-context.js';
import { pairOf } from './connection.js';
import { isConnected } from './ice-watch.js';
import type { PairMessage, ResumeMessage } from './pair-message.js';
import { createPeer } from './peer.js';
import type { Peer } from './peer.js';

/** Who was there before speaks up itself if a newcomer, whose turn it is, says nothing for so long. */
const SPEAK_MS = 3_000;
/** So long a connected participant who has left as `expired` may come back under another id. */
const HOLD_MS = 30_000;

/** The participants of a call, as the roster and their messages have them. */
export interface Members {
  /** All peers, also those that are held. */
  all(): readonly Peer[];
  get(id: string): Peer | undefined;
  /** There is a roster with oneself in it. */
  changed(roster: Roster, changes: readonly Change[]): void;
  receive(from: string, message: PairMessage): void;
  close(bye: boolean): void;
}

interface State {
  readonly call: CallContext;
  /** By participant id; each is in the roster. */
  readonly peers: Map<string, Peer>;
  /** Not in the roster any more, though their RTCPeerConnections are connected. */
  readonly held: Set<Peer>;
  readonly timers: Map<Peer, CancelTimer>;
  self?: string;
}

/** Nobody yet. */
export function createMembers(call: CallContext): Members {
  const state: State = { call, peers: new Map(), held: new Set(), timers: new Map() };
  return {
    all: () => everybody(state),
    get: (id) => state.peers.get(id),
    changed: (roster, changes) => changed(state, roster, changes),
    receive: (from, message) => receive(state, from, message),
    close: (bye) => everybody(state).forEach((peer) => remove(state, peer, bye)),
  };
}

const everybody = ({ peers, held }: State): Peer[] => [...peers.values(), ...held];

function changed(state: State, { participants }: Roster, changes: readonly Change[]): void {
  const { peers } = state;
  const self = state.call.self();
  const first = state.self !== self;
  const rejoined = first && Boolean(state.self);
  state.self = self;
  for (const peer of peers.values()) {
    if (!participants.has(peer.id)) gone(state, peer, changes);
    else if (rejoined) ask(state, peer);
  }
  for (const { id, kind } of participants.values()) {
    if (kind !== 'standard' || id === self || peers.has(id)) continue;
    const peer = add(state, id);
    // Whoever comes later finds the others there, and speaks first: offers seldom collide then.
    if (first) ask(state, peer);
    else wait(state, peer);
  }
}

function gone(state: State, peer: Peer, changes: readonly Change[]): void {
  const meant = changes.some(
    (change) => change.what === 'left' && change.participant === peer.id && change.reason !== 'expired',
  );
  if (meant || !isConnected(peer.connection?.pc)) return remove(state, peer);
  state.peers.delete(peer.id);
  state.held.add(peer);
  peer.detach();
  timer(state, peer, HOLD_MS, () => remove(state, peer));
}

function add(state: State, id: string): Peer {
  const held = [...state.held].find((peer) => peer.id === id);
  const peer = held ?? createPeer(state.call, id, (one) => lost(state, one));
  state.held.delete(peer);
  state.peers.set(id, peer);
  held?.attach(id);
  return peer;
}

/** Who is held is so for the sake of its connection alone. */
function lost(state: State, peer: Peer): void {
  if (state.held.has(peer) && !isConnected(peer.connection?.pc)) remove(state, peer);
}

function remove(state: State, peer: Peer, bye = false): void {
  timer(state, peer);
  state.held.delete(peer);
  if (state.peers.get(peer.id) === peer) state.peers.delete(peer.id);
  peer.close(bye);
}

function timer({ call, timers }: State, peer: Peer, ms = 0, run?: () => void): void {
  timers.get(peer)?.();
  timers.delete(peer);
  if (run) timers.set(peer, call.clock.after(ms, run));
}

/** It is the other end's turn. */
function wait(state: State, peer: Peer): void {
  timer(state, peer, SPEAK_MS, () => {
    if (isWith(peer)) return;
    if (state.call.reachable(peer.id)) peer.start();
    else wait(state, peer);
  });
}

const isWith = ({ connection, attached }: Peer): boolean => Boolean(connection && attached);

/** Which of the RTCPeerConnections that are still there, if any, does this participant share? */
function ask(state: State, peer: Peer): void {
  const candidates = peer.connection ? [peer] : [...state.held];
  const pairs = candidates.map(pairOf).filter(({ length }) => length > 0);
  if (pairs.length === 0) return peer.start();
  peer.detach();
  state.call.send(peer.id, { kind: 'resume', ask: true, pairs });
  wait(state, peer);
}

function receive(state: State, from: string, message: PairMessage): void {
  const peer = state.peers.get(from);
  if (!peer) return;
  if (message.kind === 'resume') resume(state, peer, message);
  else peer.receive(message);
}

function resume(state: State, peer: Peer, { ask: asked, pairs }: ResumeMessage): void {
  // What is this end's own is the other end's other.
  const names = new Set(pairs.map(([own, other]) => [other, own].join()));
  const kept = everybody(state).find((one) => names.has(pairOf(one).join()));
  if (asked) {
    const shared = kept ? [pairOf(kept)] : [];
    state.call.send(peer.id, { kind: 'resume', ask: false, pairs: shared });
  }
  if (kept) rename(state, peer, kept);
  else if (!asked && !isWith(peer)) peer.start();
}

/** The participant that is known as `peer` now is the one that was kept. */
function rename(state: State, peer: Peer, kept: Peer): void {
  const [from, to] = [kept.id, peer.id];
  if (kept !== peer) {
    remove(state, peer);
    state.held.delete(kept);
    state.peers.delete(from);
    state.peers.set(to, kept);
  }
  timer(state, kept);
  kept.attach(to);
  if (from !== to) state.call.emit('renamed', { from, to });
}
