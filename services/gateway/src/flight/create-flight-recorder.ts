import type { Clock, Telemetry } from '@parley/kit';
import { FLIGHT_OUTCOMES, FLIGHT_WHATS, flightSignalOf, roomKey } from '@parley/protocol/internal';
import type { FlightRecording, RecordingsReply, RecordingsRequest, RoomRef } from '@parley/protocol/internal';
import {
  codeOf,
  createFlightRing,
  grow,
  isFull,
  PEER_BYTES,
  nextRow,
  placeOf,
  readRing,
  ringBytes,
  ringRows,
} from './flight-ring.js';
import type { FlightRing } from './flight-ring.js';
import type { FlightMember, FlightRecorder, FlownSignal } from './flight-recorder.js';

/** What a recorder works with. */
export interface FlightRecorderOptions {
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, 'gauge'>;
  /** Events of one participant; 0: nothing is recorded. */
  readonly events: number;
  /** Of all participants together; default 64 MiB. */
  readonly bytes?: number;
  /** After a participant has gone; default 10 minutes. */
  readonly keepMs?: number;
}

/** What is recorded of one participant. */
interface Track {
  readonly room: string;
  readonly member: FlightMember;
  readonly ring: FlightRing;
  /** When it was lost or ended; undefined while it is connected here. */
  goneAt: number | undefined;
}

interface State {
  readonly clock: Clock;
  readonly events: number;
  readonly bytes: number;
  readonly keepMs: number;
  /** By participant, whoever came first first. */
  readonly tracks: Map<string, Track>;
  readonly rooms: Map<string, Set<Track>>;
  /** Gateways that rows name by their place; the first place is nobody's. */
  readonly gateways: string[];
  used: number;
  order: number;
}

const SWEEP_MS = 30_000;
const MAX_GATEWAYS = 255;
/** Rows of one reply: with 60 bytes a row it stays well below what one publish may hold. */
const MAX_ROWS = 6_000;

const WHAT = placesOf(FLIGHT_WHATS);
const OUTCOME = placesOf(FLIGHT_OUTCOMES);

function placesOf<T extends string>(list: readonly T[]): Readonly<Record<T, number>> {
  return Object.fromEntries(list.map((name, place) => [name, place])) as Record<T, number>;
}

/** Creates a recorder. It takes no more memory than it is told, whoever connects: what was first goes first. */
export function createFlightRecorder(options: FlightRecorderOptions): FlightRecorder {
  const { clock, telemetry, events, bytes = 64 * 1024 * 1024, keepMs = 600_000 } = options;
  const state: State = {
    ...{ clock, events, bytes, keepMs, tracks: new Map(), rooms: new Map(), gateways: [''] },
    ...{ used: 0, order: 0 },
  };
  let cancel = (): void => undefined;
  const look = (): void => {
    sweep(state);
    let rows = 0;
    for (const { ring } of state.tracks.values()) rows += ringRows(ring);
    telemetry.gauge('parley_flight_recorder_events', rows);
    telemetry.gauge('parley_flight_recorder_bytes', state.used);
  };
  return {
    seated: (room, member, resumed) => seated(state, { room, member, resumed }),
    lost: (id) => gone(state, id, codeOf(WHAT.lost, 0, 0)),
    ended: (id, why) => gone(state, id, codeOf(WHAT.ended, 0, OUTCOME[why])),
    ice: (id, what) => note(state, id, codeOf(WHAT.ice, 0, OUTCOME[what])),
    sent: (signal, outcome, gateway) =>
      fly(state, codeOf(WHAT.sent, 0, OUTCOME[outcome], gatewayPlace(state, gateway)), signal, 'out'),
    received: (signal, outcome) => fly(state, codeOf(WHAT.received, 0, OUTCOME[outcome]), signal, 'in'),
    nacked: (signal, reason) => fly(state, codeOf(WHAT.nacked, 0, OUTCOME[reason]), signal, 'out'),
    media: (id, peer, what) =>
      what === 'failed'
        ? note(state, id, codeOf(WHAT.failed, 0, 0), { peer })
        : note(state, id, codeOf(WHAT.connected, 0, 0), { peer, value: what.connectMs }),
    recordings: (request) => recordings(state, request),
    start: () => void (cancel = clock.every(SWEEP_MS, look)),
    stop: () => cancel(),
  };
}

interface Seated {
  readonly room: RoomRef;
  readonly member: FlightMember;
  readonly resumed: boolean;
}

function seated(state: State, { room, member, resumed }: Seated): void {
  if (state.events === 0) return;
  const { id } = member;
  const track = state.tracks.get(id) ?? open(state, roomKey(room), member);
  track.goneAt = undefined;
  note(state, id, codeOf(resumed ? WHAT.resumed : WHAT.joined, 0, 0));
}

function open(state: State, room: string, member: FlightMember): Track {
  const track: Track = { room, member, ring: createFlightRing(state.events), goneAt: undefined };
  state.used += ringBytes(track.ring);
  state.tracks.set(member.id, track);
  const others = state.rooms.get(room) ?? new Set();
  state.rooms.set(room, others.add(track));
  makeRoom(state, track);
  return track;
}

function gone(state: State, id: string, code: number): void {
  note(state, id, code);
  const track = state.tracks.get(id);
  if (track === undefined) return;
  track.goneAt = state.clock.now();
}

/** Writes an event that is no signal. */
function note(
  state: State,
  id: string,
  code: number,
  about: { readonly peer: string; readonly value?: number } | undefined = undefined,
): void {
  const ring = ringFor(state, id);
  if (ring === undefined) return;
  const place = about === undefined ? 0 : peerPlace(state, ring, about.peer);
  const base = nextRow(ring);
  const { words } = ring;
  words[base] = state.clock.now();
  words[base + 1] = code;
  words[base + 2] = place;
  words[base + 3] = state.order += 1;
  words.fill(0, base + 4, base + 7);
  words[base + 7] = about?.value ?? 0;
}

/** Writes a signal: on the way of every signal, so it makes no object. */
function fly(state: State, code: number, signal: FlownSignal, way: 'in' | 'out'): void {
  const { from, to, kind, link } = signal;
  const ring = ringFor(state, way === 'in' ? to : from);
  if (ring === undefined) return;
  const place = peerPlace(state, ring, way === 'in' ? from : to);
  const base = nextRow(ring);
  const { words } = ring;
  words[base] = state.clock.now();
  words[base + 1] = code | (flightSignalOf(kind, link?.[1]) << 8);
  words[base + 2] = place;
  words[base + 3] = state.order += 1;
  words[base + 4] = link?.[0] ?? 0;
  words[base + 5] = link?.[1] ?? 0;
  words[base + 6] = link?.[2] ?? 0;
  words[base + 7] = signal.bytes;
}

/** The ring of a participant, with room for one more row if there may be. */
function ringFor(state: State, id: string): FlightRing | undefined {
  const track = state.tracks.get(id);
  if (track === undefined) return undefined;
  const { ring } = track;
  if (isFull(ring)) {
    const before = ringBytes(ring);
    grow(ring);
    state.used += ringBytes(ring) - before;
    makeRoom(state, track);
  }
  return ring;
}

function peerPlace(state: State, ring: FlightRing, peer: string): number {
  const before = ring.peers.length;
  const place = placeOf(ring, peer);
  if (ring.peers.length !== before) state.used += PEER_BYTES * (ring.peers.length - before);
  return place;
}

/** A gateway above the number that rows can name is not named. */
function gatewayPlace({ gateways }: State, id: string | undefined): number {
  if (id === undefined) return 0;
  const known = gateways.indexOf(id);
  if (known > 0) return known;
  return gateways.length > MAX_GATEWAYS ? 0 : gateways.push(id) - 1;
}

/** Gives up what has gone for the longest time, then what came first, until the rest fits; `but` stays. */
function makeRoom(state: State, but: Track): void {
  if (state.used <= state.bytes) return;
  const tracks = [...state.tracks.values()].filter((track) => track !== but);
  const oldest = tracks.sort((a, b) => (a.goneAt ?? Infinity) - (b.goneAt ?? Infinity) || 0);
  for (const track of oldest) {
    // A tenth more than has to be, so that it is not done for every newcomer.
    if (state.used <= 0.9 * state.bytes) return;
    close(state, track);
  }
}

function sweep(state: State): void {
  const until = state.clock.now() - state.keepMs;
  for (const track of state.tracks.values()) if ((track.goneAt ?? Infinity) <= until) close(state, track);
}

function close(state: State, track: Track): void {
  const { room, member, ring } = track;
  state.tracks.delete(member.id);
  state.used -= ringBytes(ring);
  const others = state.rooms.get(room);
  others?.delete(track);
  if (others?.size === 0) state.rooms.delete(room);
}

function recordings(state: State, { app, room, keyHash }: RecordingsRequest): RecordingsReply {
  const tracks = [...(state.rooms.get(roomKey({ app, room })) ?? [])];
  const { clock, gateways } = state;
  const wall = clock.wall();
  const now = clock.now();
  const asker = keyHash === undefined ? undefined : tracks.find((one) => one.member.keyHash === keyHash);
  const share = Math.max(1, Math.floor(MAX_ROWS / Math.max(1, tracks.length)));
  const read = (track: Track): FlightRecording => {
    const { member, ring } = track;
    const only = asker === undefined || asker === track ? {} : { peer: asker.member.id };
    const rows = readRing(ring, { now, wall, most: asker === track ? MAX_ROWS : share, ...only });
    const { id: participant, name, kind, keyHash: hash } = member;
    const lost = ring.written - (asker === undefined ? rows.length : ringRows(ring));
    return { participant, name, kind, keyHash: hash, peers: ring.peers.slice(1), rows, lost };
  };
  return { type: 'recordings', wall, gateways: gateways.slice(1), recordings: tracks.map(read) };
}
