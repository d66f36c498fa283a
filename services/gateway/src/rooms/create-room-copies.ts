import type { Directory, Endpoint } from '@parley/bus';
import type { Clock, Random, Telemetry } from '@parley/kit';
import { roomKey } from '@parley/protocol/internal';
import type { Command, CommandReply, RoomRef, RoomState } from '@parley/protocol/internal';
import { createDigests } from './digests.js';
import type { Digests } from './digests.js';
import { createDisputes } from './disputes.js';
import type { Disputes } from './disputes.js';
import { createOwnerClient } from './owner-client.js';
import type { OwnerClient } from './owner-client.js';
import { toCommandReply, toCommandRequest } from './owner-commands.js';
import { createOwnerNotices } from './owner-notices.js';
import type { OwnerNotices } from './owner-notices.js';
import { judgeOwnBinding } from './own-binding.js';
import { takeOwnerRecord, takeOwnerRecordBytes } from './owner-records.js';
import { createRingBudget } from './ring-budget.js';
import type { RingBudget } from './ring-budget.js';
import type { AttachedSession, RoomCopies } from './room-copies.js';
import {
  createRoomCopy,
  endSession,
  isIdle,
  isUnused,
  removeSession,
  takeWholeRoom,
  waitForPosition,
} from './room-copy.js';
import type { RoomCopy, RoomCopyContext } from './room-copy.js';
import { createRoomJoins, REACH_MS } from './room-joins.js';
import { replayFrom, withoutRing } from './room-mirror.js';
import type { RoomMetric } from './telemetry.js';

/** What the copies work with. `placement`: all ids, best owner first; `rankOwners` of the bus by default. */
export interface RoomCopiesDeps {
  readonly endpoint: Pick<Endpoint, 'id' | 'send' | 'request'>;
  readonly directory: Pick<Directory, 'owners' | 'onChange'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly placement?: (key: string, ids: readonly string[]) => readonly string[];
  readonly limits?: Partial<RoomCopiesLimits>;
  /** Whether the bus carries anything now: else joins and commands are `unavailable` at once. Default: always. */
  readonly connected?: () => boolean;
}

/** Bounds over all rooms. */
export interface RoomCopiesLimits {
  /** Rooms with a copy here; a join to one more is `unavailable`. Default 20,000. */
  readonly copies: number;
  /** Bytes of all replay rings; the longest unchanged go first. Default 64 MiB. */
  readonly ringBytes: number;
}

const DEFAULT_LIMITS: RoomCopiesLimits = { copies: 20_000, ringBytes: 64 * 1024 * 1024 };

/** What the functions below share. */
interface Rooms {
  readonly deps: RoomCopiesDeps;
  readonly limits: RoomCopiesLimits;
  readonly copies: Map<string, RoomCopy>;
  readonly rings: RingBudget<RoomCopy>;
  readonly owners: OwnerClient;
  readonly notices: OwnerNotices;
  readonly disputes: Disputes;
  readonly digests: Digests;
  readonly context: RoomCopyContext;
}

/** Creates this gateway's copies of rooms; see the port for what they promise. The caller feeds `take` with records. */
export function createRoomCopies(deps: RoomCopiesDeps): RoomCopies {
  const rooms = assemble(deps);
  const { owners, notices, disputes, digests } = rooms;
  const find = (room: RoomRef): RoomCopy | undefined => rooms.copies.get(roomKey(room));
  const { clock, telemetry } = deps;
  const open = (room: RoomRef): RoomCopy | undefined => openCopy(rooms, room);
  const release = (copy: RoomCopy): void => releaseCopy(rooms, copy);
  const joins = createRoomJoins({
    ...{ owners, notices, clock, telemetry, find, open, release },
    connected: () => isConnected(rooms),
  });
  const resync = (): void => {
    digests.hurry();
    for (const { catchUp } of rooms.copies.values()) catchUp.again();
  };
  const records = { endpoint: deps.endpoint, telemetry, find, resync };
  return {
    join: joins.join,
    abandon: joins.abandon,
    command: (room, command) => runCommand(rooms, room, command),
    copy: (room) => find(room)?.mirror.state,
    attach: (room, session) => attach(rooms, find(room), session),
    detach: (room, session, disconnected) => detach(rooms, find(room), session, disconnected),
    session: (room, participant) => find(room)?.sessions.get(participant),
    replay: (room, at) => {
      const copy = find(room);
      return copy && replayFrom(copy.mirror, at);
    },
    take: (from, bytes) => takeOwnerRecordBytes(records, from, bytes),
    takeDecoded: (from, record) => takeOwnerRecord(records, from, record),
    resync,
    fill: () => ({
      copies: rooms.copies.size / rooms.limits.copies,
      rings: rooms.rings.total() / rooms.limits.ringBytes,
    }),
    start: digests.start,
    stop: () => {
      for (const part of [digests, disputes, notices, owners]) part.stop();
      for (const copy of [...rooms.copies.values()]) dropCopy(rooms, copy);
    },
  };
}

function assemble(deps: RoomCopiesDeps): Rooms {
  const { endpoint, clock, random, telemetry } = deps;
  const copies = new Map<string, RoomCopy>();
  const owners = createOwnerClient(deps);
  const rings = createRingBudget<RoomCopy>(deps.limits?.ringBytes ?? DEFAULT_LIMITS.ringBytes, (copy) => {
    copy.mirror = withoutRing(copy.mirror);
  });
  const disputes = createDisputes({ endpoint, clock, telemetry, ownerOf: owners.ownerOf });
  const rooms: Rooms = {
    deps,
    limits: { ...DEFAULT_LIMITS, ...deps.limits },
    copies,
    rings,
    owners,
    disputes,
    notices: createOwnerNotices({
      gateway: endpoint.id,
      owners,
      clock,
      random,
      stillTrue: (room, { id, n }) => isStillBound(copies.get(roomKey(room)), id, n),
    }),
    digests: createDigests({
      ...deps,
      rooms: () => copies.values(),
      ownerOf: owners.ownerOf,
      onCycle: () => telemetry.gauge('parley_gateway_replay_rings_bytes' satisfies RoomMetric, rings.total()),
    }),
    context: {
      gateway: endpoint.id,
      clock,
      random,
      telemetry,
      fetch: (copy) => fetchRoom(rooms, copy),
      onDispute: disputes.raise,
      onAdvance: (copy) => {
        if (copies.get(roomKey(copy.ref)) !== copy) return;
        rings.note(copy, copy.mirror.ringBytes);
        releaseCopy(rooms, copy);
      },
    },
  };
  return rooms;
}

function openCopy(rooms: Rooms, room: RoomRef): RoomCopy | undefined {
  const { copies, limits, owners } = rooms;
  const key = roomKey(room);
  const present = copies.get(key);
  if (present !== undefined) return present;
  if (copies.size >= limits.copies) {
    const idle = [...copies.values()].find(isIdle);
    if (idle === undefined) return undefined;
    dropCopy(rooms, idle);
  }
  const copy = createRoomCopy(room, rooms.context);
  copy.toldOwner = owners.ownerOf(room);
  copies.set(key, copy);
  gaugeCopies(rooms);
  return copy;
}

function releaseCopy(rooms: Rooms, copy: RoomCopy): void {
  if (isUnused(copy)) dropCopy(rooms, copy);
}

function dropCopy(rooms: Rooms, copy: RoomCopy): void {
  const key = roomKey(copy.ref);
  if (rooms.copies.get(key) !== copy) return;
  rooms.copies.delete(key);
  rooms.rings.forget(copy);
  copy.catchUp.stop();
  for (const waiter of [...copy.waiters]) waiter.finish(false);
  gaugeCopies(rooms);
}

function gaugeCopies({ deps, copies }: Rooms): void {
  const metric: RoomMetric = 'parley_gateway_room_copies';
  deps.telemetry.gauge(metric, copies.size);
}

async function fetchRoom({ deps, owners }: Rooms, copy: RoomCopy): Promise<void> {
  const { app, room } = copy.ref;
  const at = copy.mirror.state?.at;
  const reply = await owners.ask({ type: 'fetch', app, room, ...(at && { copy: at }) });
  const metric: RoomMetric = 'parley_gateway_room_fetches_total';
  if (reply.type !== 'state') return deps.telemetry.count(metric, { result: 'failed' });
  const taken = takeWholeRoom(copy, reply.state);
  deps.telemetry.count(metric, { result: taken ? 'taken' : 'stale' });
}

function isConnected({ deps }: Rooms): boolean {
  return deps.connected?.() ?? true;
}

async function runCommand(rooms: Rooms, room: RoomRef, command: Command): Promise<CommandReply> {
  const { copies, owners, deps } = rooms;
  if (!isConnected(rooms)) return toCommandReply(owners.unavailable(), owners);
  const deadline = deps.clock.now() + REACH_MS;
  // With the position of the copy: the owner looks for what the store has lost before it concludes that nobody is here.
  const request = toCommandRequest(room, command, copies.get(roomKey(room)));
  const answer = toCommandReply(await owners.ask(request), owners);
  const copy = copies.get(roomKey(room));
  if (!answer.ok || copy?.mirror.state === undefined) return answer;
  const reached = await waitForPosition(copy, answer.at, Math.max(deadline - deps.clock.now(), 0));
  releaseCopy(rooms, copy);
  return reached ? answer : toCommandReply(owners.unavailable(), owners);
}

function attach(rooms: Rooms, copy: RoomCopy | undefined, session: AttachedSession): RoomState | undefined {
  const state = copy?.mirror.state;
  const member = state?.members.get(session.participant);
  if (copy === undefined || state === undefined || member === undefined) return undefined;
  const older = copy.sessions.get(session.participant);
  const isOutdated = judgeOwnBinding(member, session.n, rooms.context.gateway) === 'replaced';
  if (isOutdated || (older !== undefined && older.n > session.n)) {
    session.end('replaced');
    return undefined;
  }
  if (older !== undefined && older !== session) endSession(copy, older, 'replaced');
  copy.sessions.set(session.participant, session);
  if (judgeOwnBinding(member, session.n, rooms.context.gateway) === 'disputed') rooms.disputes.raise(copy);
  return state;
}

function detach(
  rooms: Rooms,
  copy: RoomCopy | undefined,
  session: AttachedSession,
  disconnected: boolean,
): void {
  if (copy === undefined || !removeSession(copy, session)) return;
  if (disconnected) rooms.notices.disconnected(copy.ref, { id: session.participant, n: session.n });
  releaseCopy(rooms, copy);
}

/** Whether the copy still shows that connection as online, though there is none. */
function isStillBound(copy: RoomCopy | undefined, id: string, n: number): boolean {
  const member = copy?.mirror.state?.members.get(id);
  if (copy === undefined || member === undefined) return false;
  return member.n === n && member.online && copy.sessions.get(id)?.n !== n;
}
