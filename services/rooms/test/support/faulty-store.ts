import type { Clock } from '@parley/kit';
import type { Position } from '@parley/protocol';
import { roomKey } from '@parley/protocol/internal';
import type { RoomRef, RoomState } from '@parley/protocol/internal';
import type { SeededRandom } from '@parley/testkit';

import { createMemoryStore } from '../../src/index.js';
import type { Store, Stored } from '../../src/index.js';

/** A memory store that can lose, go back, stall and lie, and that remembers every commit that it ever made. */
export interface FaultyStore extends Store {
  /** Probability that a commit is done and then rejects; that any call rejects at once; that a commit says conflict. */
  faults: { lostReply: number; failed: number; conflict: number };
  /** Time that each call takes at most, at random. */
  delayMs: number;
  /** Time that each call takes beside that. */
  latencyMs: number;
  /** Every call rejects while true. */
  down: boolean;
  /** Forgets everything. */
  wipe(): void;
  /** Goes back to an earlier state of the room: `back` commits ago. */
  rollback(ref: RoomRef, back: number): Promise<void>;
  /** Each commit that was made, in order. */
  readonly history: readonly {
    readonly ref: RoomRef;
    readonly prev: Position | undefined;
    readonly stored: Stored;
  }[];
  current(ref: RoomRef): Promise<RoomState | undefined>;
}

export function createFaultyStore(clock: Clock, random: SeededRandom): FaultyStore {
  let inner = createMemoryStore({ clock });
  const history: { ref: RoomRef; prev: Position | undefined; stored: Stored }[] = [];
  const begin = async (): Promise<void> => {
    const ms = store.latencyMs + (store.delayMs > 0 ? random.below(store.delayMs) : 0);
    if (ms > 0) {
      await new Promise<void>((resolve) => void clock.after(ms, resolve));
    }
    if (store.down || random.chance(store.faults.failed)) throw new Error('store fault');
  };
  const store: FaultyStore = {
    faults: { lostReply: 0, failed: 0, conflict: 0 },
    delayMs: 0,
    latencyMs: 0,
    down: false,
    history,
    load: async (ref) => {
      await begin();
      return inner.load(ref);
    },
    commit: async (ref, expected, next) => {
      await begin();
      if (random.chance(store.faults.conflict)) return 'conflict';
      const result = await inner.commit(ref, expected, next);
      if (result === 'ok') history.push({ ref, prev: expected, stored: next });
      if (random.chance(store.faults.lostReply)) throw new Error('reply lost');
      return result;
    },
    touch: async (ref, expected) => {
      await begin();
      return inner.touch(ref, expected);
    },
    ping: begin,
    close: () => inner.close(),
    wipe: () => void (inner = createMemoryStore({ clock })),
    rollback: async (ref, back) => {
      const own = history.filter((entry) => roomKey(entry.ref) === roomKey(ref));
      const target = own.at(-1 - back)?.stored;
      const now = await inner.load(ref);
      if (target !== undefined) await inner.commit(ref, now?.state.at, target);
    },
    current: async (ref) => (await inner.load(ref))?.state,
  };
  return store;
}
