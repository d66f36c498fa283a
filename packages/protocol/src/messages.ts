import type { Attributes, IceServer } from './entities.js';
import type { ErrorBody } from './errors.js';
import type { Limits } from './limits.js';
import type { Position } from './position.js';

/** `[gen, seq, ack]` of the reliable link; servers copy it verbatim. */
export type LinkHeader = readonly [gen: number, seq: number, ack: number];
/** Small free fields that are passed on verbatim, 256 bytes as JSON at most. */
export type Extra = Readonly<Record<string, unknown>>;

/** First frame of a connection. `token` is absent in open mode. */
export interface Hello {
  readonly type: 'hello';
  readonly id: number;
  readonly token?: string;
  readonly features?: readonly string[];
}
/** Joins a room, or resumes in it: a known `key` rebinds, an unknown one joins. */
export interface Join {
  readonly type: 'join';
  readonly id: number;
  readonly room: string;
  /** The client's secret for its participant: 128 random bits or more, base64url or hex. */
  readonly key: string;
  /** The client's number of this connection, one more for every socket that it tries. */
  readonly n: number;
  /** The client's position, when it resumes. */
  readonly at?: Position;
  readonly name?: string;
  readonly attributes?: Attributes;
  readonly caps?: readonly string[];
  /** The key of an earlier participant of the same identity, which leaves as this one joins. */
  readonly replaces?: string;
  /** W3C Trace Context of what this is a part of, for servers that trace. */
  readonly traceparent?: string;
}
/** Leaves at once. */
export interface Leave {
  readonly type: 'leave';
  readonly id: number;
  readonly cmd?: number;
}
/** An opaque payload to one participant. No reply; a `nack` hints that it was not delivered. */
export interface SignalToServer {
  readonly type: 'signal';
  readonly to: string;
  readonly kind?: string;
  readonly link?: LinkHeader;
  readonly x?: Extra;
  /** As in `join`; the recipient does not get it. */
  readonly traceparent?: string;
}
/** A small opaque payload to the whole room, as a change of a batch. */
export interface MessageRequest {
  readonly type: 'message';
  readonly id: number;
  readonly cmd: number;
}
/** Changes the participant's own name or attributes; given attributes replace all earlier ones. */
export interface Update {
  readonly type: 'update';
  readonly id: number;
  readonly cmd: number;
  readonly name?: string;
  readonly attributes?: Attributes;
}
/** Hands in a newer token. */
export interface Refresh {
  readonly type: 'refresh';
  readonly id: number;
  readonly token: string;
}
/** Asks for a `pong`. */
export interface Ping {
  readonly type: 'ping';
  readonly id?: number;
}
/** What a kind of ICE candidate is called. */
export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay';
/** How one pair of participants does, seen from this end. */
export interface QualityPair {
  /** The id of the other one: for the room's timeline, never for a metric. */
  readonly peer?: string;
  /** Default `connected`; of a pair that has failed nothing else is told. */
  readonly state?: 'connected' | 'failed';
  /** Once, after the pair connected: from the moment that it knew of each other. */
  readonly connectMs?: number;
  /** Types of the candidates in use. */
  readonly localCandidate?: CandidateType;
  readonly remoteCandidate?: CandidateType;
  readonly rttMs?: number;
  /** Share of the packets lately lost on the way here, 0 to 1. */
  readonly lossIn?: number;
}
/** How calls do, for the server's metrics. No reply, whatever it holds. */
export interface Quality {
  readonly type: 'quality';
  /** 16 at most. */
  readonly pairs?: readonly QualityPair[];
  /** Since the report before: how often ICE failed, beside the pairs that say so, and was restarted. */
  readonly failures?: number;
  readonly restarts?: number;
}
/** Every header that a client sends. */
export type ClientHeader =
  Hello | Join | Leave | SignalToServer | MessageRequest | Update | Refresh | Ping | Quality;
/** Client headers that carry `id` and get exactly one `reply` (`welcome` for hello). */
export type Request = Exclude<ClientHeader, SignalToServer | Ping | Quality>;

/** Answer to `hello`. */
export interface Welcome {
  readonly type: 'welcome';
  readonly id: number;
  readonly gateway: string;
  readonly features: readonly string[];
  readonly limits: Limits;
}
/** Result of a join. */
export interface JoinResult {
  readonly you: string;
  readonly resumed: boolean;
  readonly at: Position;
  readonly iceServers: readonly IceServer[];
}
/** Result of a request that changed the room. */
export interface CommitResult {
  readonly at: Position;
}
/** The one answer to a request. */
export type Reply =
  | {
      readonly type: 'reply';
      readonly id: number;
      readonly result: JoinResult | CommitResult | Readonly<Record<string, never>>;
    }
  | { readonly type: 'reply'; readonly id: number; readonly error: ErrorBody };
/** A frame that could not be answered by a reply (no usable `id`). */
export interface ErrorFrame {
  readonly type: 'error';
  readonly code: ErrorBody['code'];
  readonly message: string;
}
/** One part of the roster; the payload is a SnapshotPart. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly part: number;
  readonly parts: number;
  readonly at: Position;
  /** Whether the client has missed no batch (never true on a snapshot in version 1). */
  readonly recovered: boolean;
}
/** What one commit changed; the payload is an array of Change. */
export interface Batch {
  readonly type: 'batch';
  readonly at: Position;
  readonly prev: Position;
}
/** A signal as its recipient gets it; the payload is the sender's, byte for byte. */
export interface SignalToClient {
  readonly type: 'signal';
  readonly from: string;
  readonly kind?: string;
  readonly link?: LinkHeader;
  readonly x?: Extra;
}
/** Why a signal was not delivered. */
export type NackReason = 'wait' | 'away' | 'gone' | 'unreachable' | 'rate' | 'size' | 'draining';
/** A hint to the sender of a signal. */
export interface Nack {
  readonly type: 'nack';
  readonly to: string;
  readonly link?: LinkHeader;
  readonly reason: NackReason;
  readonly retryAfterMs?: number;
}
/** Fresh ICE servers, pushed before the earlier ones expire (or when they came too late for the join). */
export interface IceServers {
  readonly type: 'ice-servers';
  readonly iceServers: readonly IceServer[];
  readonly ttl: number;
}
/** This gateway has lost its bus: signaling is out, the connection is not. */
export interface Degraded {
  readonly type: 'degraded';
  readonly degraded: boolean;
}
/** What to do after the close that follows. */
export type GoodbyeAction = 'resume' | 'rejoin' | 'stop';
/** Announces a close and what to do about it. */
export interface Goodbye {
  readonly type: 'goodbye';
  readonly code: number;
  readonly reason: string;
  readonly action: GoodbyeAction;
  readonly retryAfterMs?: number;
}
/** Answer to `ping`. */
export interface Pong {
  readonly type: 'pong';
  readonly id?: number;
}
/** Every header that a server sends. */
export type ServerHeader =
  | Welcome
  | Reply
  | ErrorFrame
  | Snapshot
  | Batch
  | SignalToClient
  | Nack
  | IceServers
  | Degraded
  | Goodbye
  | Pong;
