import { RequestError } from '@parley/bus';
import type { DirectoryChange } from '@parley/bus';
import { recordingTelemetry } from '@parley/kit';
import type { RecordingTelemetry } from '@parley/kit';
import { decodeFrame } from '@parley/protocol';
import type { Change, Position } from '@parley/protocol';
import { decodeBody, decodeRecord, encodeBody, encodeRecord } from '@parley/protocol/internal';
import type { ClusterRecord, OwnerReply, OwnerRequest, RoomBatch, RoomRef } from '@parley/protocol/internal';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import type { VirtualClock } from '@parley/testkit';
import { createRoomCopies } from '../../src/rooms/create-room-copies.js';
import type { RoomCopiesLimits } from '../../src/rooms/create-room-copies.js';
import type { AttachedSession, ClientBatch, RoomCopies } from '../../src/rooms/room-copies.js';
import { createFakeOwner, GATEWAY, ROOM } from './fake-owner.js';
import type { FakeOwner } from './fake-owner.js';

/** What became of a request at one replica: a reply, `silence`, or nobody has that inbox. */
export type Fate = OwnerReply | 'silence' | 'unreachable' | 'refused';
export type Answer = (to: string, request: OwnerRequest) => Fate | Promise<Fate>;

export interface Asked {
  readonly to: string;
  readonly request: OwnerRequest;
  readonly atMs: number;
}

export interface Sent {
  readonly to: string;
  readonly record: ClusterRecord;
  readonly atMs: number;
}

/** Copies of rooms on a stub endpoint, with one scripted owner that answers everything unless a test says otherwise. */
export interface Rig {
  /** Whether the bus carries anything. */
  connected: boolean;
  readonly clock: VirtualClock;
  readonly copies: RoomCopies;
  readonly telemetry: RecordingTelemetry;
  readonly owner: FakeOwner;
  readonly asked: Asked[];
  readonly sent: Sent[];
  answer: Answer;
  /** What the owner does when nothing else is said: the batch, then the reply. */
  readonly obey: Answer;
  setOwners(ids: readonly string[]): void;
  receive(record: ClusterRecord, from?: string): boolean;
  receiveBatch(batch: RoomBatch, room?: RoomRef): void;
}

export interface RigOptions {
  readonly owners?: readonly string[];
  readonly limits?: Partial<RoomCopiesLimits>;
  readonly seed?: number;
  readonly placement?: (key: string, ids: readonly string[]) => readonly string[];
}

/** Ids stand in the order of `owners`, for every room. */
export function createRig(options: RigOptions = {}): Rig {
  const { owners = ['r_1'], limits = {}, seed = 1, placement = (_key, present) => present } = options;
  const clock = createVirtualClock();
  const telemetry = recordingTelemetry();
  const owner = createFakeOwner();
  const listeners = new Set<(change: DirectoryChange) => void>();
  let ids = owners;
  const obey: Answer = (_to, request) => {
    const { reply, batch } = owner.answer(request);
    if (batch !== undefined) rig.receiveBatch(batch);
    return reply;
  };
  const request = async (to: string, body: Uint8Array): Promise<Uint8Array> => {
    const decoded = decodeBody<OwnerRequest>(body) as OwnerRequest;
    rig.asked.push({ to, request: decoded, atMs: clock.now() });
    await new Promise<void>((resolve) => clock.soon(resolve));
    const fate = await rig.answer(to, decoded);
    if (fate === 'silence') return new Promise(() => undefined);
    if (fate === 'unreachable' || fate === 'refused') throw new RequestError(fate);
    return encodeBody(fate);
  };
  const send = (to: string, bytes: Uint8Array): void => {
    const { record } = decodeRecord(bytes) as { record: ClusterRecord };
    rig.sent.push({ to, record, atMs: clock.now() });
  };
  const onChange = (listener: (change: DirectoryChange) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const copies = createRoomCopies({
    endpoint: { id: GATEWAY, send, request },
    directory: { owners: () => ids, onChange },
    clock,
    random: createSeededRandom(seed),
    telemetry,
    placement,
    limits,
    connected: () => rig.connected,
  });
  const rig: Rig = {
    clock,
    copies,
    telemetry,
    owner,
    obey,
    connected: true,
    asked: [],
    sent: [],
    answer: obey,
    setOwners: (next) => {
      ids = next;
      const peer = { id: next[0] ?? 'r_x', role: 'rooms', canOwn: true, draining: false } as const;
      for (const listener of listeners) listener({ kind: 'updated', peer });
    },
    receive: (record, from = 'r_1') => copies.take(from, encodeRecord(record)),
    receiveBatch: (batch, room = ROOM) => void rig.receive({ type: 'batch', ...room, batch }),
  };
  return rig;
}

/** A client batch, read back. */
export interface ReadBatch {
  readonly at: Position;
  readonly prev: Position;
  readonly changes: readonly Change[];
}

export function readBatch(batch: ClientBatch): ReadBatch {
  const { header, payload } = decodeFrame(batch.frame);
  const changes = JSON.parse(new TextDecoder().decode(payload)) as Change[];
  return { at: header['at'] as Position, prev: header['prev'] as Position, changes };
}

/** A session that remembers what it was told. */
export interface FakeSession extends AttachedSession {
  readonly batches: ReadBatch[];
  readonly ends: string[];
}

export function createSession(participant: string, n = 1): FakeSession {
  const batches: ReadBatch[] = [];
  const ends: string[] = [];
  return {
    participant,
    n,
    batches,
    ends,
    deliver: (batch) => void batches.push(readBatch(batch)),
    end: (why) => void ends.push(why),
  };
}
