import type { Endpoint } from '@parley/bus';
import type { Telemetry } from '@parley/kit';
import { comparePositions } from '@parley/protocol';
import { decodeRecord, encodeRecord } from '@parley/protocol/internal';
import type {
  BatchRecord,
  ClusterRecord,
  GoneRecord,
  PositionRecord,
  RoomRef,
} from '@parley/protocol/internal';
import { toListing } from './listing.js';
import { isPosition, isRoomBatch } from './record-shapes.js';
import { endSession, positionOf, takeRoomBatch } from './room-copy.js';
import type { RoomCopy } from './room-copy.js';
import type { RoomMetric } from './telemetry.js';

/** What the records of owners act on. */
export interface OwnerRecordsDeps {
  readonly endpoint: Pick<Endpoint, 'id' | 'send'>;
  readonly telemetry: Telemetry;
  readonly find: (room: RoomRef) => RoomCopy | undefined;
  /** A cycle of digests to every owner, soon. */
  readonly resync: () => void;
}

/** `takeOwnerRecord` of encoded bytes; false also when they are no record at all. */
export function takeOwnerRecordBytes(deps: OwnerRecordsDeps, from: string, bytes: Uint8Array): boolean {
  let record: ClusterRecord | undefined;
  try {
    record = decodeRecord(bytes)?.record;
  } catch {
    return false;
  }
  return record !== undefined && takeOwnerRecord(deps, from, record);
}

/** Takes one record of an owner; false if it is of another kind. Malformed ones do nothing. */
export function takeOwnerRecord(deps: OwnerRecordsDeps, from: string, record: ClusterRecord): boolean {
  switch (record.type) {
    case 'batch':
      takeBatchRecord(deps, record);
      return true;
    case 'position':
      takePosition(deps, from, record);
      return true;
    case 'gone':
      takeGone(deps, record);
      return true;
    case 'want':
      if (isRoomRef(record)) sendListing(deps, from, record, 'want');
      return true;
    case 'resync':
      deps.resync();
      return true;
    default:
      return false;
  }
}

function takeBatchRecord({ telemetry, find }: OwnerRecordsDeps, record: BatchRecord): void {
  const metric: RoomMetric = 'parley_gateway_batches_total';
  if (!isRoomRef(record) || !isRoomBatch(record.batch))
    return telemetry.count(metric, { outcome: 'invalid' });
  const copy = find(record);
  if (copy === undefined) return telemetry.count(metric, { outcome: 'ignored' });
  const outcome = takeRoomBatch(copy, record.batch);
  telemetry.count(metric, { outcome: outcome === 'held' ? 'gap' : outcome });
}

/** Who is elsewhere says what it holds (N2), so that the owner can judge who is right; who is behind catches up too. */
function takePosition(deps: OwnerRecordsDeps, from: string, record: PositionRecord): void {
  if (!isRoomRef(record) || !isPosition(record.at)) return;
  const copy = deps.find(record);
  const order = copy?.mirror.state === undefined ? 0 : comparePositions(record.at, positionOf(copy));
  if (copy !== undefined && order > 0) copy.catchUp.want(record.at);
  if (copy === undefined || order !== 0) sendListing(deps, from, record, 'position');
}

function takeGone({ find, endpoint }: OwnerRecordsDeps, record: GoneRecord): void {
  if (!isRoomRef(record)) return;
  const copy = find(record);
  const session = copy?.sessions.get(record.participant);
  if (copy === undefined || session?.n !== record.n) return;
  const member = copy.mirror.state?.members.get(record.participant);
  const isReplaced =
    record.replaced === true ||
    (member !== undefined && (member.n > record.n || member.gateway !== endpoint.id));
  endSession(copy, session, isReplaced ? 'replaced' : 'expired');
}

function sendListing(deps: OwnerRecordsDeps, to: string, room: RoomRef, cause: 'want' | 'position'): void {
  const { endpoint, telemetry, find } = deps;
  const metric: RoomMetric = 'parley_gateway_listings_total';
  telemetry.count(metric, { cause });
  endpoint.send(to, encodeRecord(toListing(room, endpoint.id, find(room))));
}

function isRoomRef(record: RoomRef): boolean {
  return typeof record.app === 'string' && typeof record.room === 'string';
}
