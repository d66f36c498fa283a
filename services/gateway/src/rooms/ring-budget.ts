/** Keeps the rings of all rooms together below a bound, the longest unchanged ones going first. */
export interface RingBudget<Room> {
  /** The room's ring is now of this size. */
  note(room: Room, bytes: number): void;
  /** The room is gone. */
  forget(room: Room): void;
  total(): number;
}

/** Creates the budget of `limit` bytes; `clear` must empty the ring of the room that it is given. */
export function createRingBudget<Room>(limit: number, clear: (room: Room) => void): RingBudget<Room> {
  // In the order of their last change: a Map iterates as it was filled.
  const sizes = new Map<Room, number>();
  let total = 0;
  const forget = (room: Room): void => {
    total -= sizes.get(room) ?? 0;
    sizes.delete(room);
  };
  return {
    forget,
    note: (room, bytes) => {
      forget(room);
      if (bytes > 0) sizes.set(room, bytes);
      total += bytes;
      for (const oldest of sizes.keys()) {
        if (total <= limit) return;
        forget(oldest);
        clear(oldest);
      }
    },
    total: () => total,
  };
}
