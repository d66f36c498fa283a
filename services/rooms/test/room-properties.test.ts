import fc from 'fast-check';
import { expect, test } from 'vitest';

import { comparePositions } from '@parley/protocol';
import { reduceRoom } from '@parley/protocol/internal';
import type { Command, RoomState } from '@parley/protocol/internal';

import { applyAll } from '../src/room/apply-all.js';
import { EMPTY, joinOf } from './support/rooms-of.js';

const names = ['a', 'b', 'c', 'd', 'e'];
const who = fc.constantFrom(...names);
const n = fc.integer({ min: 0, max: 4 });
const gateway = fc.constantFrom('g_1', 'g_2');
const binding = fc.record({ id: who.map((name) => `p_${name}`), n });
const cmd = fc.integer({ min: 0, max: 3 });

/** Joins draw fresh ids, as the shell does: `p_NAME` for the first, then `p_NAME_7` and so on. */
const join = fc
  .record({
    name: who,
    n,
    gateway,
    replaces: fc.option(who, { nil: undefined }),
    serial: fc.nat(),
    first: fc.boolean(),
  })
  .map(({ name, n, gateway, replaces, serial, first }) =>
    joinOf(name, {
      ...{ n, gateway, sub: 'all', size: 3, newId: first ? `p_${name}` : `p_${name}_${serial}` },
      ...(replaces !== undefined && { replaces: `k${replaces}` }),
    }),
  );

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: join },
  binding.map((one) => ({ do: 'leave' as const, ...one })),
  fc.record({
    do: fc.constant('disconnected' as const),
    gateway,
    members: fc.array(binding, { maxLength: 3 }),
  }),
  fc.record({ do: fc.constant('expire' as const), members: fc.array(binding, { maxLength: 3 }) }),
  fc.tuple(binding, cmd).map(([one, number]) => ({ do: 'message' as const, ...one, cmd: number, data: 'x' })),
  fc.tuple(binding, cmd).map(([one, number]) => ({ do: 'update' as const, ...one, cmd: number, name: 'y' })),
  fc.record({
    do: fc.constant('settings' as const),
    locked: fc.boolean(),
    size: fc.integer({ min: 1, max: 4 }),
  }),
);
const commits = fc.array(fc.array(command, { minLength: 1, maxLength: 5 }), { maxLength: 20 });

/** Applies groups of commands, each as one commit, and shows each commit to `see`. */
function run(
  groups: readonly (readonly Command[])[],
  see: (before: RoomState, applied: ReturnType<typeof applyAll>) => void,
) {
  let state = EMPTY;
  for (const group of groups) {
    const applied = applyAll(state, group, [5, state.at[1] + 1]);
    see(state, applied);
    state = applied.state;
  }
}

test('I6 no join ever makes a room larger than its size, or enters a locked one', () => {
  fc.assert(
    fc.property(commits, (groups) => {
      let state = EMPTY;
      for (const group of groups) {
        const at = [5, state.at[1] + 1] as const;
        for (const command of group) {
          const { state: after } = applyAll(state, [command], at);
          const joined = [...after.members.keys()].filter((id) => !state.members.has(id));
          if (joined.length > 0) {
            expect(state.locked).toBe(false);
            expect(after.members.size).toBeLessThanOrEqual(after.size);
          }
          state = after;
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('[N1] a group commit is what its commands are one by one, and the batch alone leads every copy there', () => {
  fc.assert(
    fc.property(commits, (groups) => {
      run(groups, (before, { state, batch, replies }) => {
        if (batch === undefined) return expect(state).toBe(before);
        expect(batch.prev).toEqual(before.at);
        expect(reduceRoom(before, batch)).toEqual(state);
        expect(replies.every((reply) => !reply.ok || comparePositions(reply.at, state.at) <= 0)).toBe(true);
      });
    }),
    { numRuns: 500 },
  );
});

test('the same commands again change nothing where they were granted in full', () => {
  fc.assert(
    fc.property(commits, command, (groups, last) => {
      let state = EMPTY;
      run(groups, (_, applied) => (state = applied.state));
      const once = applyAll(state, [last], [5, state.at[1] + 1]);
      const twice = applyAll(once.state, [last], [5, once.state.at[1] + 1]);
      // A leave is followed by a join only if somebody joins: the same command never undoes itself.
      expect(twice.batch).toBeUndefined();
      if (once.replies[0]?.ok === true) expect(twice.replies[0]?.ok).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('n and cmd of a participant never go back, its id never changes key or identity, and keys are unique', () => {
  fc.assert(
    fc.property(commits, (groups) => {
      run(groups, (before, { state }) => {
        const keys = [...state.members.values()].map(({ keyHash }) => keyHash);
        expect(new Set(keys).size).toBe(keys.length);
        for (const [id, now] of state.members) {
          const was = before.members.get(id);
          if (was === undefined || comparePositions(was.since, now.since) !== 0) continue;
          expect(now.n).toBeGreaterThanOrEqual(was.n);
          expect(now.cmd).toBeGreaterThanOrEqual(was.cmd);
          expect([now.keyHash, now.sub]).toEqual([was.keyHash, was.sub]);
        }
      });
    }),
    { numRuns: 500 },
  );
});
