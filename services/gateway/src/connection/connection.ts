import type { Verified } from '@parley/kit';
import type { CloseReason, Leave, Limits, MessageRequest, Position, Update } from '@parley/protocol';
import type { RoomRef } from '@parley/protocol/internal';
import type { Rate, TokenBucket } from '../limits/token-bucket.js';
import type { ClientFrame } from './client-frame.js';
import type { SessionEnd } from '../rooms/room-copies.js';

/**
 * One native connection, from its upgrade to its close: immutable, each state with only its own fields.
 * `awaiting-hello` → `verifying` → `welcomed` → `joining` (the owner is asked) → `preparing` (seated, ICE servers are
 * waited for) → `joined` → back to `welcomed` by leaving; `closing` from anywhere, and nothing after it.
 */
export type Connection = AwaitingHello | Verifying | Welcomed | Joining | Preparing | Joined | Closing;

/** What a connection is in any state. */
export interface Common {
  readonly rules: ConnectionRules;
  /** Opened to resume, and has not joined yet: it has to ask for that within 5 s (CONN-3). */
  readonly hinted: boolean;
  /** What the last goodbye was for: it is not said twice, and joins are refused from then on. */
  readonly told?: CloseReason;
  readonly messages: TokenBucket;
  readonly flood: TokenBucket;
  readonly malformed: TokenBucket;
  /** Of reports on the quality of calls; absent before the first. */
  readonly reports?: TokenBucket;
  /** Number of the latest question to the outside (verification, join, command): answers to earlier ones are void. */
  readonly serial: number;
}

/** What all connections of a gateway have in common. */
export interface ConnectionRules {
  readonly gateway: string;
  readonly features: readonly string[];
  readonly limits: Limits;
  /** Frames of any kind above this are a flood, and end the connection. */
  readonly flood: Rate;
  /** Malformed frames above this end the connection. */
  readonly malformed: Rate;
  /** Frames that wait while a token is verified or a join is under way. */
  readonly maxHeldFrames: number;
  readonly maxHeldBytes: number;
  /** Mutating requests that wait behind the one outstanding. */
  readonly maxQueued: number;
}

/** Connected; the first frame has to be `hello`. */
export interface AwaitingHello extends Common {
  readonly state: 'awaiting-hello';
}
/** `hello` came; its token is being verified. */
export interface Verifying extends Common {
  readonly state: 'verifying';
  readonly hello: number;
  readonly features: readonly string[];
  readonly held: readonly ClientFrame[];
}
/** Somebody, in no room. */
export interface Welcomed extends Common, Identified {
  readonly state: 'welcomed';
}
/** The room's owner is asked. */
export interface Joining extends Common, Identified {
  readonly state: 'joining';
  readonly join: JoinInFlight;
  readonly held: readonly ClientFrame[];
}
/** A member; the reply waits for ICE servers. */
export interface Preparing extends Common, Identified {
  readonly state: 'preparing';
  readonly join: JoinInFlight;
  readonly seat: SeatRef;
  readonly held: readonly ClientFrame[];
}
/** A member that knows it. */
export interface Joined extends Common, Identified {
  readonly state: 'joined';
  readonly seat: SeatRef;
  readonly pending?: PendingCommand;
  readonly queue: readonly Mutation[];
}
/** Closed, or as good as. */
export interface Closing extends Common {
  readonly state: 'closing';
  /** A join that was asked for and not answered when the connection ended: its answer is given back. */
  readonly orphan?: JoinInFlight;
}

/** Whom the token names, and the id of a `refresh` that is being verified. */
export interface Identified {
  readonly identity: Verified;
  readonly refreshing?: { readonly id: number; readonly serial: number };
}

/** A join that the owner is asked about. */
export interface JoinInFlight {
  readonly id: number;
  readonly serial: number;
  readonly room: RoomRef;
  readonly n: number;
  readonly at?: Position;
}

/** A membership that this connection holds. */
export interface SeatRef {
  readonly room: RoomRef;
  readonly you: string;
  readonly n: number;
  readonly resumed: boolean;
}

/** A request that changes the room. */
export type Mutation =
  | { readonly header: Leave }
  | { readonly header: Update }
  | { readonly header: MessageRequest; readonly data: string };

/** The one mutation that the owner is asked for. */
export interface PendingCommand {
  readonly id: number;
  readonly type: Mutation['header']['type'];
  readonly serial: number;
  /** The room has let the participant go already: only the answer to its `leave` is awaited. */
  readonly ended?: SessionEnd;
}
