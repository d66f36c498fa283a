import type { Directory, DirectoryChange, Peer, Role } from './directory.js';
import type { Endpoint } from './endpoint.js';
import { decodeHeartbeat, encodeHeartbeat, isHeartbeat } from './heartbeat.js';
import type { HeartbeatState } from './heartbeat.js';
import { createListeners } from './listeners.js';
import type { Listeners } from './listeners.js';
import type { Timers } from './timers.js';

/** A directory that is fed from the endpoint's one receiver of records. */
export interface HearingDirectory extends Directory {
  /**
   * True if the record was a heartbeat, and then it is dealt with. Services call it first:
   * `endpoint.onRecord((from, record) => directory.hear(from, record) || …)`. Costs one comparison for other records.
   */
  hear(from: string, record: Uint8Array): boolean;
  /** Heartbeats that were malformed, or beyond the most peers that are kept; they were ignored. */
  ignored(): number;
}

/** What a directory works with. */
export interface DirectoryOptions {
  readonly endpoint: Pick<Endpoint, 'id' | 'send' | 'broadcast'>;
  /** When to send heartbeats. */
  readonly timers: Timers;
  /** By which others are given up: time that stands still while this process cannot hear (a healthy clock). */
  readonly healthy: Timers;
  /** What this process tells of itself now. */
  readonly self: () => HeartbeatState;
  /** While true nothing is sent (the own canary is late: others shall give this process up). Default: never. */
  readonly silent?: () => boolean;
  /** Default 1,000. */
  readonly heartbeatMs?: number;
  /** Default 3,500. */
  readonly timeoutMs?: number;
  /** For how long one that was lost and came back owns nothing, unless nobody else may own. Default 10,000. */
  readonly quarantineMs?: number;
  /** Default 1,000. */
  readonly maxPeers?: number;
  readonly onThrow?: (error: unknown) => void;
}

interface Entry {
  peer: Peer;
  heardAt: number;
  /** On healthy time. */
  quarantinedUntil: number;
}

interface State {
  readonly options: Required<Omit<DirectoryOptions, 'silent' | 'onThrow'>> & { silent: () => boolean };
  readonly listeners: Listeners<DirectoryChange>;
  readonly entries: Map<string, Entry>;
  /** Who was lost, and when on healthy time: coming back is flapping. */
  readonly lost: Map<string, number>;
  /** When any heartbeat was last heard, one's own included: until then this process could hear. */
  hearingAt: number;
  ignored: number;
  cancels: (() => void)[];
}

const REMEMBER_LOST_MS = 60_000;

/**
 * Creates the directory of one process; see the port for what it promises. Its own process is in it from `start`.
 * A peer's silence counts only up to the last heartbeat that was heard from anybody (one's own comes back over the bus
 * too), so a bus that is silent altogether costs nobody its place, however late the healthy clock notices.
 */
export function createDirectory(options: DirectoryOptions): HearingDirectory {
  const state: State = {
    options: {
      heartbeatMs: 1000,
      timeoutMs: 3500,
      quarantineMs: 10_000,
      maxPeers: 1000,
      silent: () => false,
      ...options,
    },
    listeners: createListeners<DirectoryChange>(options.onThrow),
    entries: new Map(),
    lost: new Map(),
    hearingAt: 0,
    ignored: 0,
    cancels: [],
  };
  return {
    start: () => start(state),
    stop: () => stop(state),
    live: (role) => live(state, role),
    owners: () => owners(state),
    isLive: (id) => state.entries.has(id),
    onChange: state.listeners.add,
    announce: () => beat(state),
    hear: (from, record) => hear(state, from, record),
    ignored: () => state.ignored,
  };
}

function start(state: State): void {
  if (state.cancels.length > 0) return;
  const { timers, healthy, heartbeatMs } = state.options;
  state.cancels.push(timers.every(heartbeatMs, () => beat(state)));
  state.cancels.push(healthy.every(heartbeatMs / 4, () => sweep(state)));
  beat(state);
}

function stop(state: State): void {
  for (const cancel of state.cancels.splice(0)) cancel();
  state.entries.clear();
  state.lost.clear();
}

function live(state: State, role: Role): readonly Peer[] {
  const peers = [...state.entries.values()].map(({ peer }) => peer).filter((peer) => peer.role === role);
  return peers.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function owners(state: State): readonly string[] {
  const able = live(state, 'rooms').filter(({ canOwn, draining }) => canOwn && !draining);
  const now = state.options.healthy.now();
  const steady = able.filter(({ id }) => (state.entries.get(id)?.quarantinedUntil ?? 0) <= now);
  return (steady.length > 0 ? steady : able).map(({ id }) => id);
}

function beat(state: State): void {
  if (state.cancels.length === 0) return;
  const { endpoint, self, silent } = state.options;
  note(state, { id: endpoint.id, ...self() });
  if (!silent()) endpoint.broadcast(encodeHeartbeat(self()));
}

function hear(state: State, from: string, record: Uint8Array): boolean {
  if (!isHeartbeat(record)) return false;
  const { endpoint, healthy, self, silent, maxPeers } = state.options;
  state.hearingAt = healthy.now();
  if (from === endpoint.id || state.cancels.length === 0) return true;
  const heard = decodeHeartbeat(record);
  const isNew = !state.entries.has(from);
  if (heard === undefined || from === '' || (isNew && state.entries.size >= maxPeers)) {
    state.ignored += 1;
    return true;
  }
  note(state, { id: from, ...heard });
  if (isNew && !silent()) endpoint.send(from, encodeHeartbeat(self()));
  return true;
}

/** Takes in what a peer says of itself, this process included. */
function note(state: State, peer: Peer): void {
  const { healthy, quarantineMs } = state.options;
  const now = healthy.now();
  const entry = state.entries.get(peer.id);
  if (entry === undefined) {
    const quarantinedUntil = state.lost.delete(peer.id) ? now + quarantineMs : 0;
    state.entries.set(peer.id, { peer, heardAt: now, quarantinedUntil });
    return state.listeners.tell({ kind: 'joined', peer });
  }
  const { role, canOwn, draining } = entry.peer;
  entry.peer = peer;
  entry.heardAt = now;
  if (role !== peer.role || canOwn !== peer.canOwn || draining !== peer.draining) {
    state.listeners.tell({ kind: 'updated', peer });
  }
}

/** Gives up who is silent for too long, and ends quarantines. */
function sweep(state: State): void {
  const { healthy, timeoutMs, endpoint, maxPeers } = state.options;
  const now = healthy.now();
  for (const [id, at] of state.lost) {
    if (now - at > REMEMBER_LOST_MS || state.lost.size > maxPeers) state.lost.delete(id);
  }
  for (const [id, entry] of [...state.entries]) {
    if (entry.quarantinedUntil > 0 && entry.quarantinedUntil <= now) {
      entry.quarantinedUntil = 0;
      state.listeners.tell({ kind: 'updated', peer: entry.peer });
    }
    if (id === endpoint.id || state.hearingAt - entry.heardAt <= timeoutMs) continue;
    if (!state.entries.delete(id)) continue;
    state.lost.set(id, now);
    state.listeners.tell({ kind: 'lost', peer: entry.peer, lastHeardAgoMs: now - entry.heardAt });
  }
}
