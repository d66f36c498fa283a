import fc from 'fast-check';
import { expect, test } from 'vitest';

import { comparePositions } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import { inLineage } from '@parley/protocol/internal';
import type { Command, Listing, RoomState } from '@parley/protocol/internal';

import { applyAll } from '../src/room/apply-all.js';
import type { Applied } from '../src/room/apply-all.js';
import { EMPTY, joinOf } from './support/rooms-of.js';

const NEW: Position = [1_000, 1];
const name = fc.constantFrom('a', 'b', 'c', 'd');
const gateway = fc.constantFrom('g_1', 'g_2', 'g_3');

/** One commit in a history: by which command, and whether it begins a new term. */
const step = fc.record({
  newTerm: fc.boolean(),
  what: fc.oneof(
    fc.record({ name, gateway, fresh: fc.boolean() }).map((join) => ({ ...join, do: 'join' as const })),
    fc.record({ name }).map((leave) => ({ ...leave, do: 'leave' as const })),
    fc.record({ name }).map((lost) => ({ ...lost, do: 'lost' as const })),
    fc.record({ locked: fc.boolean() }).map((settings) => ({ ...settings, do: 'settings' as const })),
  ),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Histories that fork: each begins somewhere in an earlier one and has epochs and ids of its own. */
const histories = fc.array(
  fc.record({ from: fc.nat(), steps: fc.array(step, { minLength: 1, maxLength: 8 }) }),
  { minLength: 1, maxLength: 4 },
);

function play(branches: readonly { from: number; steps: readonly Step[] }[]): RoomState[] {
  const states: RoomState[] = [EMPTY];
  branches.forEach(({ from, steps }, branch) => {
    let state = states[from % states.length] ?? EMPTY;
    let epoch = 10 * (branch + 1);
    steps.forEach(({ what, newTerm }, at) => {
      epoch = Math.max(epoch, state.at[0]) === epoch && !newTerm ? epoch : Math.max(epoch, state.at[0]) + 1;
      const serial = `${branch}_${at}`;
      state = applyAll(state, [toCommand(state, what, serial)], [epoch, state.at[1] + 1]).state;
      states.push(state);
    });
  });
  return states;
}

function toCommand(state: RoomState, what: Step['what'], serial: string): Command {
  if (what.do === 'settings') return { do: 'settings', locked: what.locked };
  const held = [...state.members.values()].find(({ sub }) => sub === what.name);
  const { id = '', n = 0, gateway: at = '' } = held ?? {};
  if (what.do === 'leave') return { do: 'leave', id, n };
  if (what.do === 'lost') return { do: 'disconnected', gateway: at, members: [{ id, n }] };
  // The same key joins again, as another participant, where a store forgot the first.
  const key =
    held !== undefined && !what.fresh ? held.keyHash : what.fresh ? `k_${serial}` : `k_${what.name}`;
  return joinOf(what.name, { keyHash: key, n: n + 1, gateway: what.gateway, newId: `p_${serial}` });
}

/** A state that is loaded, and copies and listings of whatever history. */
const situation = fc
  .record({
    branches: histories,
    loaded: fc.nat(),
    copies: fc.array(fc.nat(), { maxLength: 4 }),
    listings: fc.array(fc.record({ gateway, of: fc.nat() }), { maxLength: 4 }),
  })
  .map(({ branches, loaded, copies, listings }) => {
    const states = play(branches);
    const pick = (i: number): RoomState => states[i % states.length] ?? EMPTY;
    return {
      state: pick(loaded),
      copies: copies.map(pick),
      listings: listings.map(({ gateway, of }): Listing => {
        const members = [...pick(of).members.values()].filter((m) => m.gateway === gateway && m.online);
        return { gateway, at: pick(of).at, members, joining: [] };
      }),
    };
  });
type Situation = typeof situation extends fc.Arbitrary<infer S> ? S : never;

function merge({ state, copies, listings }: Situation, at: Position = NEW): Applied {
  return applyAll(state, [{ do: 'merge', copies, listings }], at);
}

test('[N4] the order of copies and listings decides nothing', () => {
  const shuffled = situation.chain((one) =>
    fc.record({
      one: fc.constant(one),
      copies: fc.shuffledSubarray(one.copies, { minLength: one.copies.length }),
      listings: fc.shuffledSubarray(one.listings, { minLength: one.listings.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ one, copies, listings }) => {
      expect(merge({ ...one, copies, listings })).toEqual(merge(one));
    }),
    { numRuns: 1_000 },
  );
});

test('[N4] the same merge again changes nothing', () => {
  fc.assert(
    fc.property(situation, (one) => {
      const once = merge(one);
      expect(merge({ ...one, state: once.state }, [1_001, 2]).batch).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

test('[N4] R7 a merge is a union: nobody who is loaded leaves but for a later self, and who is missing is proven to have left', () => {
  fc.assert(
    fc.property(situation, (one) => {
      const { state, batch } = merge(one);
      const { copies, listings } = one;
      const replaced = new Set(batch?.changes.map((change) => change.what === 'joined' && change.replaces));
      for (const id of one.state.members.keys()) expect(state.members.has(id)).toBe(!replaced.has(id));
      const keys = new Set([...state.members.values()].map(({ keyHash }) => keyHash));
      for (const { id, since, keyHash } of [...copies, ...listings].flatMap(({ members }) => [
        ...members.values(),
      ])) {
        const proof = [one.state, ...copies].some((room) => inLineage(room, since) && !room.members.has(id));
        expect(state.members.has(id) || proof || keys.has(keyHash)).toBe(true);
      }
      expect(keys.size).toBe(state.members.size);
      expect(state.locked).toBe(one.state.locked || copies.some(({ locked }) => locked));
    }),
    { numRuns: 1_000 },
  );
});

test('[N4] R7 every copy can follow a merge: nothing that it knows to be committed is unknown to the union', () => {
  fc.assert(
    fc.property(situation, (one) => {
      const { state } = merge(one);
      for (const { at, past } of [one.state, ...one.copies]) {
        for (const position of [at, ...past.terms]) expect(inLineage(state, position)).toBe(true);
      }
      const epochs = state.past.terms.map(([epoch]) => epoch);
      expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
    }),
    { numRuns: 1_000 },
  );
});

test('[N4] a listed connection is bound afterwards or told gone, never both and never neither', () => {
  fc.assert(
    fc.property(situation, (one) => {
      const { state, gone } = merge(one);
      for (const { gateway, members } of one.listings) {
        for (const { id, n } of members) {
          const bound = state.members.get(id);
          const isBound = bound?.n === n && bound.gateway === gateway && bound.online;
          const isGone = gone.some((told) => told.gateway === gateway && told.id === id && told.n === n);
          expect(isBound).toBe(!isGone);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

test('I8 a merge that copies are ahead of commits, at the position that it was given', () => {
  fc.assert(
    fc.property(situation, (one) => {
      const { batch } = merge(one);
      const isAhead = [...one.copies, ...one.listings].some(
        ({ at }) => comparePositions(at, one.state.at) > 0,
      );
      if (isAhead) expect(batch?.at).toEqual(NEW);
      if (batch !== undefined) expect(batch.prev).toEqual(one.state.at);
    }),
    { numRuns: 500 },
  );
});
