import type { FlightRow } from '@parley/protocol/internal';

/** The newest events of one participant, in one typed array: a row is written without making an object. */
export interface FlightRing {
  /** Rows that there is room for now; it doubles up to `most`. */
  capacity: number;
  readonly most: number;
  /** Rows ever written; the newest `capacity` of them are kept. */
  written: number;
  /** Columns of each row: milliseconds (modulo 2^32), code (see `codeOf`), peer, order, gen, seq, ack, bytes. */
  words: Uint32Array;
  /** Participants that rows name by their place; the first place is nobody's. */
  peers: string[];
  places: Map<string, number>;
  /** The peer that was named last: mostly it is named again. */
  lastPeer: string;
  lastPlace: number;
}

/** Numbers in a row. */
export const COLUMNS = 8;

const FIRST_ROWS = 32;
const ROW_BYTES = 4 * COLUMNS;
/** What a named peer takes: an entry of a map with its text, reckoned generously. */
export const PEER_BYTES = 128;
/** All that is kept of a participant beside its ring. */
const TRACK_BYTES = 1_024;

/** An empty ring of at most `most` rows. */
export function createFlightRing(most: number): FlightRing {
  const capacity = Math.min(FIRST_ROWS, most);
  return {
    ...{ capacity, most, written: 0 },
    words: new Uint32Array(capacity * COLUMNS),
    peers: [''],
    places: new Map(),
    ...{ lastPeer: '', lastPlace: 0 },
  };
}

/** The memory that it takes. */
export function ringBytes({ capacity, peers }: FlightRing): number {
  return TRACK_BYTES + capacity * ROW_BYTES + peers.length * PEER_BYTES;
}

/** Rows that are kept. */
export function ringRows({ written, capacity }: FlightRing): number {
  return Math.min(written, capacity);
}

/** Whether the next row would take the place of an older one though there may be more rows. */
export function isFull({ written, capacity, most }: FlightRing): boolean {
  return written >= capacity && capacity < most;
}

/** Makes room for twice as many rows. To be called only while none has been overwritten. */
export function grow(ring: FlightRing): void {
  const capacity = Math.min(2 * ring.capacity, ring.most);
  const words = new Uint32Array(capacity * COLUMNS);
  words.set(ring.words);
  ring.capacity = capacity;
  ring.words = words;
}

/** Begins a row; its columns are written to `words` from the place that is returned. */
export function nextRow(ring: FlightRing): number {
  const row = ring.written % ring.capacity;
  ring.written += 1;
  return row * COLUMNS;
}

/** The place of a peer. Places that no row names any more are given up when there are twice as many as rows. */
export function placeOf(ring: FlightRing, peer: string): number {
  if (peer === ring.lastPeer) return ring.lastPlace;
  ring.lastPlace = ring.places.get(peer) ?? newPlace(ring, peer);
  ring.lastPeer = peer;
  return ring.lastPlace;
}

function newPlace(ring: FlightRing, peer: string): number {
  if (ring.peers.length > 2 * ring.most) forgetPeers(ring);
  ring.places.set(peer, ring.peers.length);
  return ring.peers.push(peer) - 1;
}

function forgetPeers(ring: FlightRing): void {
  const { words, peers } = ring;
  ring.peers = [''];
  ring.places = new Map();
  for (let row = 0; row < ringRows(ring); row += 1) {
    const column = row * COLUMNS + 2;
    const peer = peers[words[column] ?? 0] ?? '';
    words[column] = peer === '' ? 0 : (ring.places.get(peer) ?? newPlace(ring, peer));
  }
}

/** What, signal, outcome and gateway of a row in one number, each below 256. */
export function codeOf(what: number, signal: number, outcome: number, gateway = 0): number {
  return (what | (signal << 8) | (outcome << 16) | (gateway << 24)) >>> 0;
}

/** How a ring is read. */
export interface ReadOptions {
  readonly now: number;
  readonly wall: number;
  readonly most: number;
  readonly peer?: string;
}

/**
 * The newest `most` rows, oldest first; only those with `peer`, if given. `now` by the clock that rows were written by is
 * `wall` by the one that they are told by.
 */
export function readRing(ring: FlightRing, { now, wall, most, peer }: ReadOptions): FlightRow[] {
  const { words, capacity, written } = ring;
  const only = peer === undefined ? undefined : (ring.places.get(peer) ?? -1);
  const rows: FlightRow[] = [];
  for (let index = written - 1; index >= Math.max(0, written - capacity) && rows.length < most; index -= 1) {
    const row = index % capacity;
    const word = (column: number): number => words[row * COLUMNS + column] ?? 0;
    const [code, place] = [word(1), word(2)];
    if (only !== undefined && place !== only && place !== 0) continue;
    const at = wall - ((Math.floor(now) - word(0)) >>> 0);
    const [what, signal, outcome, gateway] = [code, code >>> 8, code >>> 16, code >>> 24];
    const named = [what & 255, signal & 255, outcome & 255] as const;
    rows.push([at, word(3), ...named, place, gateway, word(4), word(5), word(6), word(7)]);
  }
  return rows.reverse();
}
