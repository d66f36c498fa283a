import { applyBatch, comparePositions, samePosition } from '@parley/protocol';
import type { Position, Roster } from '@parley/protocol';
import { visibleRoster } from '@parley/protocol/internal';
import type { RoomBatch, RoomChange, RoomState } from '@parley/protocol/internal';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_MIRROR, replayFrom, RING_LIMITS, takeBatch, takeState } from '../../src/rooms/room-mirror.js';
import type { MirrorResult, RoomMirror } from '../../src/rooms/room-mirror.js';
import { createFakeOwner, memberOf } from './fake-owner.js';
import { readBatch } from './rig.js';

const ids = fc.constantFrom('p_a', 'p_b', 'p_c', 'p_h');
const kindOf = (id: string) => (id === 'p_h' ? 'hidden' : 'standard');
const change: fc.Arbitrary<RoomChange> = fc.oneof(
  ids.map((id) => ({ what: 'joined', member: memberOf(id, { kind: kindOf(id) }) }) as const),
  ids.map((id) => ({ what: 'left', id, reason: 'left' }) as const),
  fc.tuple(ids, fc.nat(9)).map(([id, n]) => ({ what: 'bound', id, n, gateway: 'g_2' }) as const),
  ids.map((id) => ({ what: 'away', id, n: 1 }) as const),
  fc.tuple(ids, fc.string()).map(([from, data]) => ({ what: 'message', from, cmd: 1, data }) as const),
  fc.boolean().map((locked) => ({ what: 'settings', locked }) as const),
);
const history = fc.array(
  fc.record({ changes: fc.array(change, { maxLength: 3 }), newEpoch: fc.boolean(), state: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

/** What arrived, in some order, some of it twice: batches by number, and whole states of the owner by number. */
interface Inputs {
  readonly states: readonly RoomState[];
  readonly batches: readonly RoomBatch[];
}

function makeHistory(plan: readonly { changes: RoomChange[]; newEpoch: boolean }[]): Inputs {
  const owner = createFakeOwner();
  const states = [owner.state];
  for (const { changes, newEpoch } of plan) {
    owner.commit(changes, Math.max(owner.state.at[0], 1) + (newEpoch ? 3 : 0));
    states.push(owner.state);
  }
  return { states, batches: owner.batches };
}

/** What a client that started at the first state sees. */
function follow(roster: Roster, result: MirrorResult): Roster {
  let seen = roster;
  for (const { client } of result.steps) {
    const batch = readBatch(client);
    const next = applyBatch(seen, batch, batch.changes);
    if (typeof next === 'string') throw new Error(`a gap at ${batch.prev.join('.')}`);
    seen = next.roster;
  }
  return seen;
}

function startAt(state: RoomState): RoomMirror {
  return takeState(EMPTY_MIRROR, state).mirror;
}

describe('the room mirror', () => {
  test('I1 I8 batches in any order, twice or never, and a fetch at the end: the copy is the owner’s, never going back', () => {
    const order = fc.array(fc.tuple(fc.nat(40), fc.boolean()), { maxLength: 80 });
    fc.assert(
      fc.property(history, order, (plan, arrivals) => {
        const { states, batches } = makeHistory(plan);
        const last = states.at(-1) as RoomState;
        let mirror = startAt(states[0] as RoomState);
        let roster = visibleRoster(states[0] as RoomState);
        const take = (result: MirrorResult): void => {
          const [before, after] = [mirror.state?.at as Position, result.mirror.state?.at as Position];
          expect(comparePositions(after, before)).toBeGreaterThanOrEqual(0);
          roster = follow(roster, result);
          mirror = result.mirror;
        };
        for (const [index, isState] of arrivals) {
          const at = index % batches.length;
          if (isState && index % 5 === 0) take(takeState(mirror, states[at + 1] as RoomState));
          else take(takeBatch(mirror, batches[at] as RoomBatch));
          const owners = states.find((state) => samePosition(state.at, mirror.state?.at as Position));
          expect(mirror.state).toEqual(owners);
        }
        take(takeState(mirror, last));
        expect(mirror.state).toEqual(last);
        expect(roster).toEqual(visibleRoster(last));
        expect(mirror.early).toEqual([]);
      }),
    );
  });

  test('I1 every batch once, in any order: the copy is the owner’s without a fetch', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (plan, keys) => {
        const { states, batches } = makeHistory(plan);
        const shuffled = batches
          .map((batch) => ({ batch, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key);
        const start = startAt(states[0] as RoomState);
        const end = shuffled.reduce((mirror, { batch }) => takeBatch(mirror, batch).mirror, start);
        expect(end.state).toEqual(states.at(-1));
        expect(end.early).toEqual([]);
      }),
    );
  });

  test('[N6] a replay is exactly the owner’s batches after the position, or nothing', () => {
    fc.assert(
      fc.property(history, fc.nat(), (plan, seed) => {
        const { states, batches } = makeHistory(plan);
        let mirror = startAt(states[0] as RoomState);
        for (const [index, batch] of batches.entries()) {
          const jumps = plan[index]?.state === true;
          mirror = jumps
            ? takeState(mirror, states[index + 1] as RoomState).mirror
            : takeBatch(mirror, batch).mirror;
        }
        const from = seed % states.length;
        const replay = replayFrom(mirror, (states[from] as RoomState).at);
        const isWhole = plan.slice(from).every(({ state }) => !state);
        expect(replay?.map(({ at }) => at)).toEqual(
          isWhole ? batches.slice(from).map(({ at }) => at) : undefined,
        );
      }),
    );
  });

  test('[N6] the ring holds the latest 64 batches, and 256 KiB of them', () => {
    const owner = createFakeOwner();
    let mirror = startAt(owner.state);
    for (let i = 0; i < 100; i += 1) mirror = takeBatch(mirror, owner.commit([])).mirror;
    expect(mirror.ring).toHaveLength(RING_LIMITS.batches);
    expect(mirror.ring.at(-1)?.at).toEqual([1, 100]);
    expect(replayFrom(mirror, [1, 36])).toHaveLength(64);
    expect(replayFrom(mirror, [1, 35])).toBeUndefined();
    const data = 'x'.repeat(100_000);
    for (let i = 0; i < 4; i += 1) {
      const message = { what: 'message', from: 'p_a', cmd: i, data } as const;
      mirror = takeBatch(mirror, owner.commit([message])).mirror;
    }
    expect(mirror.ring).toHaveLength(2);
    expect(mirror.ringBytes).toBe(mirror.ring.reduce((sum, { frame }) => sum + frame.length, 0));
    expect(mirror.ringBytes).toBeLessThanOrEqual(RING_LIMITS.bytes);
  });

  test('[N5] a state is taken only if its position is higher, and shown as one batch with the difference', () => {
    const owner = createFakeOwner();
    owner.commit([{ what: 'joined', member: memberOf('p_a') }]);
    const old = owner.state;
    const mirror = startAt(old);
    owner.commit([{ what: 'left', id: 'p_a', reason: 'left' }]);
    owner.commit([
      { what: 'joined', member: memberOf('p_b') },
      { what: 'joined', member: memberOf('p_h', { kind: 'hidden' }) },
    ]);
    const result = takeState(mirror, owner.state);
    expect(result.steps.map(({ client }) => readBatch(client))).toEqual([
      {
        prev: [1, 1],
        at: [1, 3],
        changes: [
          { what: 'left', participant: 'p_a', reason: 'expired' },
          { what: 'joined', participant: expect.objectContaining({ id: 'p_b' }) },
        ],
      },
    ]);
    expect(takeState(result.mirror, old)).toEqual({ mirror: result.mirror, outcome: 'ignored', steps: [] });
    expect(takeState(result.mirror, owner.state).outcome).toBe('ignored');
  });

  test('[N5] R7 neither a batch nor a whole state of another branch is applied, but one that took the copy in', () => {
    const owner = createFakeOwner();
    const before = owner.state;
    const mirror = takeBatch(startAt(before), owner.commit([])).mirror;
    owner.put(before);
    const fork = owner.commit([{ what: 'joined', member: memberOf('p_a') }], 9);
    const result = takeBatch(mirror, fork);
    expect(result.outcome).toBe('gap');
    expect(result.mirror.state?.at).toEqual([1, 1]);
    expect(takeState(result.mirror, owner.state)).toEqual({
      ...{ mirror: result.mirror, outcome: 'foreign', steps: [] },
    });
    owner.commit([{ what: 'merged', past: { terms: [[1, 1]], cut: false } }]);
    expect(takeState(result.mirror, owner.state).mirror.state).toEqual(owner.state);
  });

  test('a batch with nothing to see is told too, so that positions stay continuous', () => {
    const owner = createFakeOwner();
    const hidden = memberOf('p_h', { kind: 'hidden' });
    const result = takeBatch(startAt(owner.state), owner.commit([{ what: 'joined', member: hidden }]));
    expect(result.steps.map(({ client }) => readBatch(client))).toEqual([
      { prev: [0, 0], at: [1, 1], changes: [] },
    ]);
  });

  test('batches that come before the first state wait for it, 64 at most', () => {
    const owner = createFakeOwner();
    let mirror = EMPTY_MIRROR;
    for (let i = 0; i < 100; i += 1) mirror = takeBatch(mirror, owner.commit([])).mirror;
    expect(mirror.early).toHaveLength(64);
    const base = { ...owner.state, at: [1, 50] as const };
    expect(takeState(mirror, base).mirror.state?.at).toEqual([1, 100]);
  });
});
