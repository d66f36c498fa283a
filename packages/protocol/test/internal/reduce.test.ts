import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { comparePositions } from '../../src/index.js';
import type { Position } from '../../src/index.js';
import { advanceLineage, emptyRoom, inLineage, reduceRoom } from '../../src/internal/index.js';
import type { Member, RoomChange, RoomState } from '../../src/internal/index.js';
import { room, step } from './arbitraries.js';

const EMPTY = emptyRoom({ app: 'default', room: 'standup' }, 8);
const ANN: Member = {
  ...{
    id: 'p_a',
    sub: 'ann',
    keyHash: 'k',
    n: 1,
    gateway: 'g_1',
    online: true,
    name: 'Ann',
    kind: 'standard',
  },
  ...{ caps: [], attributes: { hand: 'up' }, cmd: 0, cmdAt: [5, 1], since: [5, 1] },
};

function reduced(state: RoomState, ...changes: RoomChange[]): RoomState {
  return reduceRoom(state, { at: [state.at[0] || 5, state.at[1] + 1], prev: state.at, changes });
}

describe('reduceRoom', () => {
  const one = reduced(EMPTY, { what: 'joined', member: ANN });
  const ann = (...changes: RoomChange[]): Member | undefined => reduced(one, ...changes).members.get('p_a');

  test('each change does what it says', () => {
    expect(one.members).toEqual(new Map([['p_a', ANN]]));
    expect(ann({ what: 'left', id: 'p_a', reason: 'left' })).toBeUndefined();
    expect(ann({ what: 'away', id: 'p_a', n: 1 })).toEqual({ ...ANN, online: false });
    const bound = { ...ANN, n: 3, gateway: 'g_2' };
    expect(
      ann({ what: 'away', id: 'p_a', n: 1 }, { what: 'bound', id: 'p_a', n: 3, gateway: 'g_2' }),
    ).toEqual(bound);
    expect(ann({ what: 'message', from: 'p_a', cmd: 1, data: 'x' })).toEqual({
      ...ANN,
      cmd: 1,
      cmdAt: [5, 2],
    });
    const renamed = { ...ANN, name: 'A', cmd: 1, cmdAt: [5, 2] };
    expect(ann({ what: 'updated', id: 'p_a', cmd: 1, name: 'A' })).toEqual(renamed);
    expect(ann({ what: 'updated', id: 'p_a', cmd: 1, attributes: {} })?.attributes).toEqual({});
    expect(reduced(one, { what: 'settings', locked: true })).toMatchObject({ locked: true, size: 8 });
    expect(reduced(one, { what: 'settings', size: 2 })).toMatchObject({ locked: false, size: 2 });
  });

  test('[N5] the position is the batch’s, changes of the unknown do nothing, and the room before stays as it was', () => {
    fc.assert(
      fc.property(step, ({ state, batch }) => {
        const before = structuredClone(state);
        const after = reduceRoom(state, batch);
        expect(state).toEqual(before);
        expect(after.at).toEqual(batch.at);
        for (const id of after.members.keys()) {
          const joined = batch.changes.some((change) => change.what === 'joined' && change.member.id === id);
          expect(joined || state.members.has(id)).toBe(true);
        }
      }),
    );
  });
});

/** A history of terms, each with as many commits, over rooms without members. */
const history = fc
  .array(fc.record({ skip: fc.integer({ min: 1, max: 5 }), commits: fc.integer({ min: 1, max: 4 }) }), {
    minLength: 1,
    maxLength: 50,
  })
  .map((terms) => {
    let state = EMPTY;
    const positions: Position[] = [];
    for (const { skip, commits } of terms) {
      const epoch = state.at[0] + skip;
      for (let i = 0; i < commits; i += 1) {
        state = reduceRoom(state, { at: [epoch, state.at[1] + 1], prev: state.at, changes: [] });
        positions.push(state.at);
      }
    }
    return { state, positions, terms: terms.length };
  });

describe('lineage', () => {
  test('[N1] a room has grown out of each position that it was at, whatever was cut', () => {
    fc.assert(
      fc.property(history, ({ state, positions }) => {
        for (const position of positions) expect(inLineage(state, position)).toBe(true);
        expect(inLineage(state, [0, 0])).toBe(true);
      }),
    );
  });

  test('[N1] it has not grown out of a later version of any term that it remembers, or of a term between those', () => {
    fc.assert(
      fc.property(history, ({ state, positions }) => {
        const oldest = state.past.terms[0]?.[0] ?? state.at[0];
        const epochs = new Set(positions.map(([epoch]) => epoch));
        for (const epoch of epochs) {
          if (epoch < oldest) continue;
          const last = Math.max(...positions.filter(([e]) => e === epoch).map(([, version]) => version));
          expect(inLineage(state, [epoch, last + 1])).toBe(false);
        }
        for (let epoch = oldest; epoch < state.at[0] + 3; epoch += 1) {
          if (!epochs.has(epoch)) expect(inLineage(state, [epoch, 1])).toBe(false);
        }
      }),
    );
  });

  test('[N1] 32 earlier terms are kept, oldest first; only of what was cut is it unknown', () => {
    fc.assert(
      fc.property(history, ({ state, terms }) => {
        const { past } = state;
        expect(past.terms.length).toBe(Math.min(terms - 1, 32));
        expect(past.cut).toBe(terms - 1 > 32);
        expect([...past.terms].sort((a, b) => comparePositions(a, b))).toEqual(past.terms);
      }),
    );
  });

  test('[N1] an emptied store contains nothing of what was, and a room goes on within its term without a new entry', () => {
    fc.assert(
      fc.property(room, ({ at, ...rest }) => {
        expect(inLineage(EMPTY, at)).toBe(false);
        const state = { ...rest, at };
        expect(advanceLineage(state, [at[0], at[1] + 1])).toBe(state.past);
        expect(advanceLineage(state, [at[0] + 1, at[1] + 1]).terms.at(-1)).toEqual(at);
      }),
    );
  });
});
