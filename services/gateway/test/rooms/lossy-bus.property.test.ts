import { applyBatch, comparePositions } from '@parley/protocol';
import type { Position, Roster } from '@parley/protocol';
import { visibleRoster } from '@parley/protocol/internal';
import type { RoomBatch, RoomState } from '@parley/protocol/internal';
import { createSeededRandom } from '@parley/testkit';
import type { SeededRandom } from '@parley/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memberOf, ROOM } from './fake-owner.js';
import { createRig } from './rig.js';
import type { Fate, FakeSession, Rig } from './rig.js';
import { enter } from './scenes.js';

/** One batch on a bus that loses, repeats and delays. */
function transport(rig: Rig, random: SeededRandom, batch: RoomBatch): void {
  if (random.chance(0.2)) return;
  const copies = random.chance(0.2) ? 2 : 1;
  for (let i = 0; i < copies; i += 1) {
    const ms = random.chance(0.3) ? random.below(120) : 0;
    rig.clock.after(ms, () => rig.receiveBatch(batch));
  }
}

function commitSomething(rig: Rig, random: SeededRandom): RoomBatch {
  const id = `p_${random.below(6)}`;
  const epoch = Math.max(rig.owner.state.at[0], 1) + (random.chance(0.1) ? 1 + random.below(9) : 0);
  const member = rig.owner.state.members.get(id);
  if (member === undefined) return rig.owner.commit([{ what: 'joined', member: memberOf(id) }], epoch);
  switch (random.below(4)) {
    case 0:
      return rig.owner.commit([{ what: 'left', id, reason: 'left' }], epoch);
    case 1:
      return rig.owner.commit([{ what: 'away', id, n: member.n }], epoch);
    case 2:
      return rig.owner.commit([{ what: 'bound', id, n: member.n + 1, gateway: 'g_2' }], epoch);
    default:
      return rig.owner.commit([{ what: 'message', from: id, cmd: 1, data: 'hi' }], epoch);
  }
}

/** What a client saw that started from the copy as `start` shows it; fails on a gap. */
function follow(start: Roster, session: FakeSession): Roster {
  let roster = start;
  for (const batch of session.batches) {
    const next = applyBatch(roster, batch, batch.changes);
    if (typeof next === 'string') throw new Error(`the session was told ${next} at ${batch.at.join('.')}`);
    roster = next.roster;
  }
  return roster;
}

describe('a copy on a lossy bus', () => {
  test('I1 I8 I10 it equals the owner’s 2 s after the last fault, told without gaps, and nothing stays scheduled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(0xffff_ffff), fc.integer({ min: 1, max: 40 }), async (seed, commits) => {
        const random = createSeededRandom(seed);
        const rig = createRig({ seed });
        const [session] = (await enter(rig, 'p_me')) as [FakeSession];
        const start = visibleRoster(rig.copies.copy(ROOM) as RoomState);
        rig.answer = async (to, request) => {
          if (random.chance(0.3)) return random.chance(0.5) ? 'refused' : 'unreachable';
          await new Promise<void>((resolve) => void rig.clock.after(random.below(200), resolve));
          return rig.obey(to, request);
        };
        let last: Position = start.at;
        for (let i = 0; i < commits; i += 1) {
          transport(rig, random, commitSomething(rig, random));
          await rig.clock.advance(random.below(80));
          const at = rig.copies.copy(ROOM)?.at as Position;
          expect(comparePositions(at, last)).toBeGreaterThanOrEqual(0);
          last = at;
        }
        await rig.clock.advance(200);
        rig.answer = rig.obey;
        rig.receive({ type: 'position', ...ROOM, at: rig.owner.state.at });
        await rig.clock.advance(2_000);
        expect(rig.copies.copy(ROOM)).toEqual(rig.owner.state);
        expect(follow(start, session)).toEqual(visibleRoster(rig.owner.state));
        expect(session.ends).toEqual([]);
        await rig.clock.advance(60_000);
        expect(rig.clock.pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('I1 several gaps make one fetch at a time, and failed ones back off and end', async () => {
    const rig = createRig();
    await enter(rig, 'p_me');
    rig.asked.length = 0;
    let open = 0;
    let most = 0;
    rig.answer = async (): Promise<Fate> => {
      most = Math.max(most, (open += 1));
      await new Promise<void>((resolve) => void rig.clock.after(100, resolve));
      open -= 1;
      return 'refused';
    };
    rig.owner.commit([]);
    for (let i = 0; i < 10; i += 1) rig.receiveBatch(rig.owner.commit([]));
    await rig.clock.advance(60_000);
    expect(most).toBe(1);
    expect(rig.asked.map(({ request }) => request.type)).toEqual(Array.from({ length: 6 }, () => 'fetch'));
    expect(rig.telemetry.counted('parley_gateway_room_fetches_total', { result: 'abandoned' })).toBe(1);
    rig.answer = rig.obey;
    rig.receiveBatch(rig.owner.commit([]));
    await rig.clock.advance(100);
    expect(rig.copies.copy(ROOM)).toEqual(rig.owner.state);
  });

  test('I1 a batch that came before the first state, and does not fit behind it, is caught up with', async () => {
    const rig = createRig();
    rig.answer = (_to, request) => {
      const { reply } = rig.owner.answer(request);
      rig.owner.commit([]);
      if (request.type === 'command') rig.receiveBatch(rig.owner.commit([]));
      return reply;
    };
    await enter(rig, 'p_me');
    expect(rig.asked.map(({ request }) => request.type)).toEqual(['command', 'fetch']);
    expect(rig.copies.copy(ROOM)?.at).toEqual([1, 3]);
  });

  test('I1 a batch that comes within 50 ms of the next one needs no fetch', async () => {
    const rig = createRig();
    await enter(rig, 'p_me');
    rig.asked.length = 0;
    const [first, second] = [rig.owner.commit([]), rig.owner.commit([])];
    rig.receiveBatch(second);
    await rig.clock.advance(49);
    rig.receiveBatch(first);
    await rig.clock.advance(1_000);
    expect(rig.asked).toEqual([]);
    expect(rig.copies.copy(ROOM)).toEqual(rig.owner.state);
  });
});
