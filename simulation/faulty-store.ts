import { samePosition } from '@parley/protocol';
import { roomKey } from '@parley/protocol/internal';
import type { Store, Stored } from '@parley/rooms';

/** A store in memory that can lose its mind, as real ones do at a failover. */
export interface FaultyStore extends Store {
  /** As FLUSHALL, or a failover to an empty replica. */
  wipe(): void;
  /** What it holds now, for a later `goBack`. */
  remember(): void;
  /** As a restart from an old snapshot: it holds what it held at the last `remember`. */
  goBack(): void;
}

/** An empty store; `outage()` true: every call rejects. */
export function createFaultyStore(outage: () => boolean): FaultyStore {
  let rooms = new Map<string, Stored>();
  let remembered = rooms;
  const mustAnswer = (): void => {
    if (outage()) throw new Error('the store is out');
  };
  return {
    load: async (room) => {
      mustAnswer();
      return rooms.get(roomKey(room));
    },
    commit: async (room, expected, next) => {
      mustAnswer();
      const stored = rooms.get(roomKey(room))?.state.at;
      const fits =
        stored === undefined || expected === undefined ? stored === expected : samePosition(stored, expected);
      if (!fits) return 'conflict';
      rooms.set(roomKey(room), next);
      return 'ok';
    },
    touch: async (room, expected) => {
      mustAnswer();
      const stored = rooms.get(roomKey(room))?.state.at;
      return stored !== undefined && samePosition(stored, expected) ? 'ok' : 'conflict';
    },
    ping: async () => mustAnswer(),
    close: async () => undefined,
    wipe: () => void (rooms = new Map()),
    remember: () => void (remembered = new Map(rooms)),
    goBack: () => void (rooms = new Map(remembered)),
  };
}
