import type { RecordingsReply, RecordingsRequest, TimelineReply, TimelineRequest } from './flight.js';
import type {
  ClusterRecord,
  ListingRecord,
  MintReply,
  MintRequest,
  OwnerReply,
  OwnerRequest,
} from './records.js';
import type { Member, RoomState } from './room-state.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const NEWLINE = 10;

/** A record with the bytes behind its header. */
export interface DecodedRecord {
  readonly record: ClusterRecord;
  readonly payload?: Uint8Array;
}

/** One record as bytes: a line of JSON, then, for signals, a newline and the client's frame. */
export function encodeRecord(record: ClusterRecord, payload?: Uint8Array): Uint8Array {
  const plain = record.type === 'listing' && record.copy ? { ...record, copy: flatten(record.copy) } : record;
  const header = encoder.encode(JSON.stringify(plain));
  if (payload === undefined) return header;
  const bytes = new Uint8Array(header.length + 1 + payload.length);
  bytes.set(header);
  bytes[header.length] = NEWLINE;
  bytes.set(payload, header.length + 1);
  return bytes;
}

/** What `encodeRecord` made; `undefined` for anything else (another version's, or garbage). */
export function decodeRecord(bytes: Uint8Array): DecodedRecord | undefined {
  const end = bytes.indexOf(NEWLINE);
  const record = parse<ClusterRecord>(end < 0 ? bytes : bytes.subarray(0, end));
  if (record === undefined || typeof record.type !== 'string') return undefined;
  const whole = record.type === 'listing' ? withCopy(record) : record;
  if (whole === undefined) return undefined;
  return end < 0 ? { record: whole } : { record: whole, payload: bytes.subarray(end + 1) };
}

function withCopy(listing: ListingRecord): ListingRecord | undefined {
  if (listing.copy === undefined) return listing;
  const copy = unflatten(listing.copy);
  return copy && { ...listing, copy };
}

/** The bodies of requests and replies between services. */
export type Body =
  | OwnerRequest
  | OwnerReply
  | MintRequest
  | MintReply
  | RecordingsRequest
  | RecordingsReply
  | TimelineRequest
  | TimelineReply;

/** One request or reply as bytes. */
export function encodeBody(body: Body): Uint8Array {
  const plain = 'state' in body && body.state !== undefined ? { ...body, state: flatten(body.state) } : body;
  return encoder.encode(JSON.stringify(plain));
}

/** What `encodeBody` made; `undefined` for anything else. The caller knows which type it asked for. */
export function decodeBody<B extends Body>(bytes: Uint8Array): B | undefined {
  const body = parse<B & { readonly state?: unknown }>(bytes);
  if (body?.state === undefined) return body;
  const state = unflatten(body.state);
  return state && { ...body, state };
}

/** A room as JSON text, for stores. */
export function encodeRoomState(state: RoomState): string {
  return JSON.stringify(flatten(state));
}

/** What `encodeRoomState` made; throws a SyntaxError for anything else. */
export function decodeRoomState(text: string): RoomState {
  const state = unflatten(JSON.parse(text));
  if (state === undefined) throw new SyntaxError('not a room');
  return state;
}

/** A room with its members as an array: JSON has no maps. */
type FlatRoom = Omit<RoomState, 'members'> & { readonly members: readonly Member[] };

function flatten(state: RoomState): FlatRoom {
  return { ...state, members: [...state.members.values()] };
}

/** Checks no more than it touches: what comes here was written by one of us. */
function unflatten(flat: unknown): RoomState | undefined {
  if (!isFlatRoom(flat)) return undefined;
  return { ...flat, members: new Map(flat.members.map((member) => [member.id, member])) };
}

function isFlatRoom(flat: unknown): flat is FlatRoom {
  if (typeof flat !== 'object' || flat === null || !('members' in flat) || !Array.isArray(flat.members))
    return false;
  return flat.members.every(
    (member: unknown) => typeof member === 'object' && member !== null && 'id' in member,
  );
}

function parse<T>(bytes: Uint8Array): T | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
