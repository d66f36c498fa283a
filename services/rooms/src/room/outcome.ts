import type { ErrorCode, Position } from '@parley/protocol';
import type { CommandReply, RoomChange, RoomState } from '@parley/protocol/internal';

/** What one command makes of a room. Nothing has happened until a commit holds it. */
export interface Outcome {
  readonly changes: readonly RoomChange[];
  readonly reply: CommandReply;
  /** Connections that are not their participant's any more, for their gateways to close (merges only). */
  readonly gone: readonly Gone[];
  /** Commit even without changes, because copies elsewhere are ahead of the room (merges only). */
  readonly mustCommit: boolean;
}

/** One connection that its gateway has to let go. */
export interface Gone {
  readonly gateway: string;
  readonly id: string;
  readonly n: number;
  /** The participant is there by another connection; otherwise it is not in the room. */
  readonly replaced: boolean;
}

/** The command is granted by a commit at `at`, or (no changes) holds already in the room as it is. */
export function granted(state: RoomState, at: Position, changes: readonly RoomChange[]): Outcome {
  return outcome(changes, { ok: true, at: changes.length > 0 ? at : state.at });
}

/** The command is granted already, by the commit at `at`. */
export function grantedBefore(at: Position): Outcome {
  return outcome([], { ok: true, at });
}

/** The command is not granted; the room stays as it is. */
export function rejected(error: ErrorCode): Outcome {
  return outcome([], { ok: false, error });
}

/** An outcome of any command but a merge. */
export function outcome(changes: readonly RoomChange[], reply: CommandReply): Outcome {
  return { changes, reply, gone: [], mustCommit: false };
}
