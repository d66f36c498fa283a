/** What an owner of rooms may be told. Milliseconds, a second, counts. */
export interface RoomsConfig {
  /** How long a participant that is away may come back. */
  readonly resumeMs: number;
  readonly maxCommitsPerSecond: number;
  /** Size of rooms of which nothing but listings is known. */
  readonly roomSize: number;
  /** Requests that wait for one room; more are answered `rate_limited`. */
  readonly maxQueuedPerRoom: number;
  /** Requests that wait in all; more are answered `unavailable`. */
  readonly maxQueued: number;
  /** Rooms held in memory; requests for further ones are answered `unavailable`. */
  readonly maxRooms: number;
  /** How often a quiet room is refreshed in the store (and loss noticed). */
  readonly touchMs: number;
  /** After this, the directory is believed about who is not there. */
  readonly warmMs: number;
  /** How long the first commit after a fork waits for listings. */
  readonly listingWaitMs: number;
  /** What is held of a room that is placed elsewhere is dropped after so long without use. */
  readonly idleMs: number;
}

/** What holds when nothing is configured. */
export const DEFAULT_ROOMS_CONFIG: RoomsConfig = Object.freeze({
  resumeMs: 15_000,
  maxCommitsPerSecond: 20,
  roomSize: 64,
  maxQueuedPerRoom: 1_000,
  maxQueued: 20_000,
  maxRooms: 100_000,
  touchMs: 600_000,
  warmMs: 4_000,
  listingWaitMs: 1_000,
  idleMs: 60_000,
});
