import type { Position } from '@parley/protocol';
import type { RoomBatch, RoomRef, RoomState } from '@parley/protocol/internal';

/**
 * Where rooms are kept. Contract:
 * - `commit` writes only if the stored position equals `expected` (`undefined`: nothing is stored), atomically
 * - what `commit` answered `ok` a later `load` gives, unless the store itself lost it (a failover, an emptied store)
 * - a rejection says nothing about whether the write happened: the caller loads again (N1)
 * - a room is forgotten an hour after its last commit or touch
 * - every call settles within 2 s
 */
export interface Store {
  load(room: RoomRef): Promise<Stored | undefined>;
  commit(room: RoomRef, expected: Position | undefined, next: Stored): Promise<'ok' | 'conflict'>;
  /** Puts off the forgetting; `conflict` when the stored position is not `expected` (also when nothing is stored). */
  touch(room: RoomRef, expected: Position): Promise<'ok' | 'conflict'>;
  /** Resolves when the store answers at all; rejects otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** A room and the batch that led to it, which the next owner publishes again. */
export interface Stored {
  readonly state: RoomState;
  readonly batch: RoomBatch;
}
