import { samePosition } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import { roomKey } from '@parley/protocol/internal';
import type { Clock } from '@parley/kit';

import type { Store, Stored } from './port.js';

const FORGET_MS = 3_600_000;
const SWEEP_MS = 60_000;

interface Kept {
  readonly stored: Stored;
  refreshedAt: number;
}

/**
 * Creates the memory driver of the store: what it holds ends with the process. Rooms are immutable, so they are kept as
 * they are given. Forgotten rooms are freed at the commits that follow. After `close` every call rejects.
 */
export function createMemoryStore({ clock }: { readonly clock: Pick<Clock, 'now'> }): Store {
  const rooms = new Map<string, Kept>();
  let sweptAt = clock.now();
  let closed = false;

  const mustBeOpen = (): void => {
    if (closed) throw new Error('the store is closed');
  };
  const isForgotten = (kept: Kept): boolean => clock.now() - kept.refreshedAt >= FORGET_MS;
  const find = (key: string): Kept | undefined => {
    const kept = rooms.get(key);
    return kept === undefined || isForgotten(kept) ? undefined : kept;
  };
  const sweep = (): void => {
    if (clock.now() - sweptAt < SWEEP_MS) return;
    sweptAt = clock.now();
    for (const [key, kept] of rooms) if (isForgotten(kept)) rooms.delete(key);
  };
  return {
    load: async (room) => {
      mustBeOpen();
      return find(roomKey(room))?.stored;
    },
    commit: async (room, expected, next) => {
      mustBeOpen();
      sweep();
      const key = roomKey(room);
      if (!matches(find(key)?.stored.state.at, expected)) return 'conflict';
      rooms.set(key, { stored: next, refreshedAt: clock.now() });
      return 'ok';
    },
    touch: async (room, expected) => {
      mustBeOpen();
      const kept = find(roomKey(room));
      if (kept === undefined || !samePosition(kept.stored.state.at, expected)) return 'conflict';
      kept.refreshedAt = clock.now();
      return 'ok';
    },
    ping: async () => mustBeOpen(),
    close: async () => {
      closed = true;
      rooms.clear();
    },
  };
}

function matches(stored: Position | undefined, expected: Position | undefined): boolean {
  if (stored === undefined || expected === undefined) return stored === expected;
  return samePosition(stored, expected);
}
