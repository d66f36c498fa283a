import type { IceServer } from '../entities.js';
import type { ErrorCode } from '../errors.js';
import type { LinkHeader, NackReason } from '../messages.js';
import type { Position } from '../position.js';
import type { Command, CommandReply, Listing } from './commands.js';
import type { RoomBatch, RoomState } from './room-state.js';

/** Which room: rooms of different apps never meet, whatever their names. */
export interface RoomRef {
  readonly app: string;
  readonly room: string;
}

// --- requests to rooms replicas -------------------------------------------------------------------------------------

/**
 * `copy`: position of the gateway's copy; absent when it has none (the reply then brings the state). `seen`: the position
 * that the client of a join says that it was at: a reason to look for what the store may have lost, and nothing else.
 * `traceparent`: of the span that waits for the answer, if it is traced.
 */
export interface CommandRequest extends RoomRef {
  readonly type: 'command';
  readonly command: Command;
  readonly copy?: Position;
  readonly seen?: Position;
  readonly traceparent?: string;
}
/** Asks for the whole room, because a batch is missing. `copy`: as in a command. */
export interface FetchRequest extends RoomRef {
  readonly type: 'fetch';
  readonly copy?: Position;
}
/** What a rooms replica answers. */
export type OwnerRequest = CommandRequest | FetchRequest;

/** `state` comes with a joined room that the gateway had no copy of, and with every fetch. */
export type OwnerReply =
  | { readonly type: 'done'; readonly reply: CommandReply; readonly state?: RoomState }
  | { readonly type: 'state'; readonly state: RoomState }
  | { readonly type: 'refused'; readonly error: ErrorCode; readonly retryAfterMs?: number };

// --- requests to turn-credentials -----------------------------------------------------------------------------------

/** Asks for ICE servers with credentials of their own for one participant. `identity` is hashed before it is used. */
export interface MintRequest {
  readonly type: 'mint';
  readonly app: string;
  readonly identity: string;
  readonly region?: string;
}
/** `ttl` in seconds. */
export type MintReply =
  | { readonly type: 'minted'; readonly iceServers: readonly IceServer[]; readonly ttl: number }
  | { readonly type: 'refused'; readonly error: ErrorCode; readonly retryAfterMs?: number };

// --- one-way records: owner to gateways -----------------------------------------------------------------------------

/** What the owner committed, to every gateway involved. */
export interface BatchRecord extends RoomRef {
  readonly type: 'batch';
  readonly batch: RoomBatch;
}
/** Where the room is, after a load or a failed publish (N2). Who is elsewhere answers with a listing. */
export interface PositionRecord extends RoomRef {
  readonly type: 'position';
  readonly at: Position;
}
/** That connection is not the participant's any more: close it if it is still there. */
export interface GoneRecord extends RoomRef {
  readonly type: 'gone';
  readonly participant: string;
  readonly n: number;
  /** The participant is there by another connection; otherwise it is not in the room. */
  readonly replaced?: boolean;
}
/** Asks a gateway for its listing of one room, because its digest did not fit. */
export interface WantRecord extends RoomRef {
  readonly type: 'want';
}

/** Asks a gateway for a whole cycle of digests: the owner's link was down, and may have lost some (N3). */
export interface ResyncRecord {
  readonly type: 'resync';
}

// --- one-way records: gateway to owner ------------------------------------------------------------------------------

/** One part of a complete, numbered cycle over all rooms of one owner that the gateway has participants of (N3). */
export interface DigestRecord {
  readonly type: 'digest';
  readonly cycle: number;
  readonly part: number;
  readonly parts: number;
  readonly rooms: readonly RoomDigest[];
}
/** `hash`: of the gateway's own connected (id, n), see `bindingsHash`; `joining`: joins in flight. */
export interface RoomDigest extends RoomRef {
  readonly at: Position;
  readonly hash: string;
  readonly joining: number;
}
/** Answer to `want` and to an unexpected `position`: what the gateway holds, with its copy of the room. */
export interface ListingRecord extends RoomRef {
  readonly type: 'listing';
  readonly listing: Listing;
  readonly copy?: RoomState;
}

// --- one-way records: gateway to gateway ----------------------------------------------------------------------------

/** The bytes behind this header are the frame that the recipient's client gets, unchanged. */
export interface SignalRecord extends RoomRef {
  readonly type: 'signal';
  readonly from: string;
  /** The sender's connection number. */
  readonly n: number;
  readonly to: string;
  /** Present for a binary frame. */
  readonly binary?: true;
  /** Repeated from the frame, for the nack and the flight recorder. */
  readonly link?: LinkHeader;
  /** Repeated from the frame, for the flight recorder. */
  readonly kind?: string;
  /** Of the span at the sender's gateway, if it is traced. */
  readonly traceparent?: string;
}
/** To the sender's gateway: that signal was not delivered. */
export interface NackRecord extends RoomRef {
  readonly type: 'nack';
  /** The sender of the signal and its connection number. */
  readonly to: string;
  readonly n: number;
  /** Whom the signal was for. */
  readonly about: string;
  readonly link?: LinkHeader;
  readonly reason: NackReason;
  readonly retryAfterMs?: number;
}

/** Every one-way record (heartbeats are the bus package's). */
export type ClusterRecord =
  | BatchRecord
  | PositionRecord
  | GoneRecord
  | WantRecord
  | ResyncRecord
  | DigestRecord
  | ListingRecord
  | SignalRecord
  | NackRecord;
