import type { LeftReason, Position } from '@parley/protocol';
import type {
  ClusterRecord,
  Command,
  CommandReply,
  JoinCommand,
  RoomRef,
  RoomState,
} from '@parley/protocol/internal';

/**
 * This gateway's copies of the rooms that it has participants in: kept whole by the owners' batches, by position, and
 * repaired by digests. Commands go to the owner from here, so that a reply is told only when the copy shows its effect.
 * A copy lives while a session is attached, a join is in flight, or a member is away that was bound here last.
 */
export interface RoomCopies {
  /**
   * Joins or resumes. Resolves once this gateway's copy has reached the position of the reply; never rejects.
   * After `ok` the caller attaches in the same turn, or, if nobody waits any more, calls `abandon`. `seen`: where the
   * client says that it was before.
   */
  join(room: RoomRef, command: JoinCommand, seen?: Position): Promise<CommandReply>;
  /** A join's reply came and its client is gone: the participant is `disconnected` (resumed) or leaves (new). */
  abandon(room: RoomRef, reply: CommandReply, n: number): void;
  /** Any other command; resolves with the owner's answer when the copy has reached it. Never rejects. */
  command(room: RoomRef, command: Command): Promise<CommandReply>;
  /** The copy, if there is one. */
  copy(room: RoomRef): RoomState | undefined;
  /**
   * Adds a session; the copy as it is now is where its events start. One with a lower n than the copy's, or than the
   * local session's, is told `replaced` at once. Undefined: not attached (also when the participant is not, or not any
   * more, in the copy; nothing was told then, and the client may try again).
   */
  attach(room: RoomRef, session: AttachedSession): RoomState | undefined;
  /** Removes it. With `disconnected` the owner is told that this connection dropped. */
  detach(room: RoomRef, session: AttachedSession, disconnected: boolean): void;
  /** The local session of a participant. */
  session(room: RoomRef, participant: string): AttachedSession | undefined;
  /** Encoded client batch frames after `at` up to the copy's position, oldest first; undefined when the ring no longer reaches back. */
  replay(room: RoomRef, at: Position): readonly ClientBatch[] | undefined;
  /** Takes one record; false if it is none of `batch`, `position`, `gone`, `want`. */
  take(from: string, record: Uint8Array): boolean;
  /** The same for a record that is decoded already, so that one decoding serves all receivers. */
  takeDecoded(from: string, record: ClusterRecord): boolean;
  /** The bus was reset: records may be lost, so every owner gets a digest within 200 ms. */
  resync(): void;
  /** Shares of their bounds: copies of rooms, and replay rings. */
  fill(): { readonly copies: number; readonly rings: number };
  start(): void;
  stop(): void;
}

/** One batch as clients get it, encoded once for all of them. */
export interface ClientBatch {
  readonly at: Position;
  readonly prev: Position;
  readonly frame: Uint8Array;
}

/** What a copy knows of a local session. */
export interface AttachedSession {
  readonly participant: string;
  readonly n: number;
  /** The next batch. Called in order, without gaps, from the position that `attach` returned. */
  deliver(batch: ClientBatch): void;
  /** This connection is not the participant's any more; it has been detached. */
  end(why: SessionEnd): void;
}

/** `replaced`: a later connection took over. Otherwise the participant has left the room, for that reason. */
export type SessionEnd = 'replaced' | LeftReason;
