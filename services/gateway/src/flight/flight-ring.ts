import type { FlightRow } from '@parley/protocol/internal';

/** The newest events of one participant, in typed arrays: a row is written without making an object. */
export interface FlightRing {
  /** Rows that there is room for now; it doubles up to `most`. */
  capacity: number;
  readonly most: number;
  /** Rows ever written; the newest `capacity` of them are kept. */
  written: number;
  /** Milliseconds of the monotonic clock. */
  times: Float64Array;
  /** Columns of each row: code (see `codeOf`), peer, order, gen, seq, ack, bytes. */
  words: Uint32Array;
  /** Participants that rows name by their place; the first place is nobody's. */
  peers: string[];
  places: Map<string, number>;
}

/** Numbers that a row is written with, besides its time. */
export const COLUMNS = 7;

const FIRST_ROWS = 32;
const ROW_BYTES = 8 + 4 * COLUMNS;
/** An entry of a map with its text, and the track itself, reckoned generously. */
const PEER_BYTES = 128;
const TRACK_BYTES = 1_024;

/** An empty ring of at most `most` rows. */
export function createFlightRing(most: number): FlightRing {
  const capacity = Math.min(FIRST_ROWS, most);
  return {
    ...{ capacity, most, written: 0 },
    times: new Float64Array(capacity),
    words: new Uint32Array(capacity * COLUMNS),
    peers: [''],
    places: new Map(),
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
  const [times, words] = [new Float64Array(capacity), new Uint32Array(capacity * COLUMNS)];
  times.set(ring.times);
  words.set(ring.words);
  Object.assign(ring, { capacity, times, words });
}

/** Begins a row; its columns are written to `words` from the place that is returned. */
export function nextRow(ring: FlightRing, at: number): number {
  const row = ring.written % ring.capacity;
  ring.written += 1;
  ring.times[row] = at;
  return row * COLUMNS;
}

/** The place of a peer. Places that no row names any more are given up when there are twice as many as rows. */
export function placeOf(ring: FlightRing, peer: string): number {
  const known = ring.places.get(peer);
  if (known !== undefined) return known;
  if (ring.peers.length > 2 * ring.most) forgetPeers(ring);
  ring.places.set(peer, ring.peers.length);
  return ring.peers.push(peer) - 1;
}

function forgetPeers(ring: FlightRing): void {
  const { words, peers } = ring;
  ring.peers = [''];
  ring.places = new Map();
  for (let row = 0; row < ringRows(ring); row += 1) {
    const peer = peers[words[row * COLUMNS + 1] ?? 0] ?? '';
    words[row * COLUMNS + 1] = peer === '' ? 0 : placeOf(ring, peer);
  }
}

/** What, signal, outcome and gateway of a row in one number, each below 256. */
export function codeOf(what: number, signal: number, outcome: number, gateway = 0): number {
  return (what | (signal << 8) | (outcome << 16) | (gateway << 24)) >>> 0;
}

/** The newest `most` rows, oldest first, each with its time moved by `shift`; only those with `peer`, if given. */
export function readRing(
  ring: FlightRing,
  { shift, most, peer }: { readonly shift: number; readonly most: number; readonly peer?: string },
): FlightRow[] {
  const { words, times, capacity, written } = ring;
  const only = peer === undefined ? undefined : (ring.places.get(peer) ?? -1);
  const rows: FlightRow[] = [];
  for (let index = written - 1; index >= Math.max(0, written - capacity) && rows.length < most; index -= 1) {
    const row = index % capacity;
    const word = (column: number): number => words[row * COLUMNS + column] ?? 0;
    const [code, place] = [word(0), word(1)];
    if (only !== undefined && place !== only && place !== 0) continue;
    const at = Math.round(((times[row] ?? 0) + shift) * 10) / 10;
    const [what, signal, outcome, gateway] = [code, code >>> 8, code >>> 16, code >>> 24];
    const named = [what & 255, signal & 255, outcome & 255] as const;
    rows.push([at, word(2), ...named, place, gateway, word(3), word(4), word(5), word(6)]);
  }
  return rows.reverse();
}
