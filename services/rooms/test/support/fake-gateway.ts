import { createDirectory, createEndpoint, ownerOf } from '@parley/bus';
import type { Endpoint, HearingDirectory, MemoryBroker } from '@parley/bus';
import { comparePositions, ORIGIN, samePosition } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import {
  bindingsHash,
  decodeBody,
  decodeRecord,
  encodeBody,
  encodeRecord,
  inLineage,
  reduceRoom,
  roomKey,
} from '@parley/protocol/internal';
import type {
  ClusterRecord,
  Command,
  CommandRequest,
  Listing,
  OwnerReply,
  OwnerRequest,
  RoomBatch,
  RoomRef,
  RoomState,
} from '@parley/protocol/internal';
import type { VirtualClock } from '@parley/testkit';

/** A gateway as far as rooms replicas can tell: copies, connections, digests; no sockets. */
export interface FakeGateway {
  readonly id: string;
  readonly endpoint: Endpoint;
  readonly directory: HearingDirectory;
  readonly copies: Map<string, RoomState>;
  /** By room key and participant id: n. */
  readonly connections: Map<string, Map<string, number>>;
  readonly batches: RoomBatch[];
  readonly heard: ClusterRecord[];
  /** While true nothing that comes is taken in. */
  deaf: boolean;
  copy(ref: RoomRef): RoomState | undefined;
  ask(ref: RoomRef, command: Command, to?: string): Promise<OwnerReply>;
  /** `seen`: where the client says that it was. */
  join(ref: RoomRef, who: Who, to?: string, seen?: Position): Promise<OwnerReply>;
  fetch(ref: RoomRef, to?: string): Promise<OwnerReply>;
  /** One complete cycle to every owner. */
  digest(): void;
  /** Positions that a copy of any room took, in order, by room key. */
  readonly positions: Map<string, Position[]>;
  start(): Promise<void>;
  kill(): Promise<void>;
}

/** A join: what is not given is filled in. */
export type Who = Partial<Extract<Command, { do: 'join' }>> & { readonly keyHash: string };

const DEADLINE_MS = 4_000;

export function createFakeGateway(clock: VirtualClock, broker: MemoryBroker, id: string): FakeGateway {
  const endpoint = createEndpoint({ bus: broker.connect(), timers: clock, id });
  const directory = createDirectory({
    ...{ endpoint, timers: clock, healthy: clock },
    self: () => ({ role: 'gateway', canOwn: false, draining: false }),
  });
  const gateway = {
    id,
    endpoint,
    directory,
    copies: new Map(),
    connections: new Map(),
    batches: [],
    heard: [],
    positions: new Map(),
  };
  const state: FakeGateway = {
    ...gateway,
    deaf: false,
    copy: (ref) => state.copies.get(roomKey(ref)),
    ask: (ref, command, to) => ask(state, ref, { command, to }),
    join: (ref, who, to, seen) => join(state, ref, { who, to, seen }),
    fetch: (ref, to) => fetch(state, ref, to),
    digest: () => digest(state),
    start: async () => {
      await endpoint.start();
      directory.start();
    },
    kill: async () => {
      directory.stop();
      await endpoint.close();
    },
  };
  endpoint.onRecord((from, bytes) => {
    if (directory.hear(from, bytes) || state.deaf) return;
    const record = decodeRecord(bytes)?.record;
    if (record !== undefined) hear(state, from, record);
  });
  return state;
}

async function request(state: FakeGateway, body: OwnerRequest, to?: string): Promise<OwnerReply> {
  const owner = to ?? ownerOf(roomKey(body), state.directory.owners());
  if (owner === undefined) return { type: 'refused', error: 'unavailable' };
  try {
    const bytes = await state.endpoint.request(owner, encodeBody(body), { deadlineMs: DEADLINE_MS });
    const reply = decodeBody<OwnerReply>(bytes) ?? { type: 'refused', error: 'internal' };
    if ((reply.type === 'state' || reply.type === 'done') && reply.state) take(state, body, reply.state);
    return reply;
  } catch {
    return { type: 'refused', error: 'unavailable' };
  }
}

async function ask(
  state: FakeGateway,
  ref: RoomRef,
  { command, to, seen }: { command: Command; to?: string | undefined; seen?: Position | undefined },
): Promise<OwnerReply> {
  const copy = state.copy(ref)?.at;
  const body: CommandRequest = {
    type: 'command',
    ...ref,
    command,
    ...(copy && { copy }),
    ...(seen && { seen }),
  };
  return request(state, body, to);
}

function fetch(state: FakeGateway, { app, room }: RoomRef, to?: string): Promise<OwnerReply> {
  const copy = state.copy({ app, room })?.at;
  return request(state, { type: 'fetch', app, room, ...(copy && { copy }) }, to);
}

async function join(
  state: FakeGateway,
  ref: RoomRef,
  { who, to, seen }: { who: Who; to: string | undefined; seen: Position | undefined },
): Promise<OwnerReply> {
  const command: Command = {
    ...{ do: 'join', sub: 'someone', n: 1, gateway: state.id, name: who.keyHash, kind: 'standard' },
    ...{ caps: [], attributes: {}, size: 64 },
    ...who,
  };
  const reply = await ask(state, ref, { command, to, seen });
  if (reply.type === 'done' && reply.reply.ok && reply.reply.you !== undefined) {
    connectionsOf(state, ref).set(reply.reply.you, command.n);
  }
  return reply;
}

function connectionsOf(state: FakeGateway, ref: RoomRef): Map<string, number> {
  const key = roomKey(ref);
  const connections = state.connections.get(key) ?? new Map<string, number>();
  state.connections.set(key, connections);
  return connections;
}

function take(state: FakeGateway, ref: RoomRef, room: RoomState): void {
  const own = state.copy(ref);
  const isAbove = own === undefined || (comparePositions(room.at, own.at) > 0 && inLineage(room, own.at));
  if (isAbove) keep(state, ref, room);
}

function keep(state: FakeGateway, ref: RoomRef, room: RoomState): void {
  const key = roomKey(ref);
  state.copies.set(key, room);
  state.positions.set(key, [...(state.positions.get(key) ?? []), room.at]);
}

function hear(state: FakeGateway, from: string, record: ClusterRecord): void {
  state.heard.push(record);
  switch (record.type) {
    case 'batch':
      return hearBatch(state, record, record.batch);
    case 'position': {
      const own = state.copy(record);
      if (own === undefined || samePosition(own.at, record.at)) return;
      if (comparePositions(own.at, record.at) < 0) void fetch(state, record, from);
      return list(state, from, record);
    }
    case 'want':
      return list(state, from, record);
    case 'resync':
      return digest(state);
    case 'gone': {
      const connections = connectionsOf(state, record);
      if (connections.get(record.participant) === record.n) connections.delete(record.participant);
      return;
    }
    default:
      return;
  }
}

function hearBatch(state: FakeGateway, ref: RoomRef, batch: RoomBatch): void {
  const own = state.copy(ref);
  if (own === undefined) return;
  if (samePosition(own.at, batch.prev)) {
    state.batches.push(batch);
    keep(state, ref, reduceRoom(own, batch));
  } else if (comparePositions(own.at, batch.prev) < 0) {
    void fetch(state, ref);
  }
}

function list(state: FakeGateway, to: string, ref: RoomRef): void {
  const copy = state.copy(ref);
  const members = [...connectionsOf(state, ref)].flatMap(([id, n]) => {
    const member = copy?.members.get(id);
    return member === undefined ? [] : [{ ...member, n, gateway: state.id, online: true }];
  });
  const listing: Listing = { gateway: state.id, at: copy?.at ?? ORIGIN, members, joining: [] };
  const { app, room } = ref;
  state.endpoint.send(to, encodeRecord({ type: 'listing', app, room, listing, ...(copy && { copy }) }));
}

let cycles = 0;

function digest(state: FakeGateway): void {
  const owners = state.directory.owners();
  for (const owner of owners) {
    const rooms = [...state.copies.values()].flatMap((copy) => {
      const ref = { app: copy.app, room: copy.name };
      if (ownerOf(roomKey(ref), owners) !== owner || connectionsOf(state, ref).size === 0) return [];
      const bindings = [...connectionsOf(state, ref)].map(([id, n]) => ({ id, n }));
      return [{ ...ref, at: copy.at, hash: bindingsHash(bindings), joining: 0 }];
    });
    cycles += 1;
    state.endpoint.send(owner, encodeRecord({ type: 'digest', cycle: cycles, part: 0, parts: 1, rooms }));
  }
}
