import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownerOf, rankOwners } from '../src/index.js';

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 12 });
const keys = fc.string({ maxLength: 40 });

describe('placement', () => {
  test('the hash is pinned: these owners never change between versions', () => {
    const replicas = ['r_1', 'r_2', 'r_3', 'r_4'];
    const owners = ['', 'standup', 'default/standup', '한글', 'x'.repeat(200)].map((key) =>
      ownerOf(key, replicas),
    );
    expect(owners).toEqual(PINNED);
  });

  test('nobody owns anything when nobody is there', () => {
    expect(ownerOf('room', [])).toBeUndefined();
    expect(rankOwners('room', [])).toEqual([]);
  });

  test('the owner is the first in rank, whatever the order of the ids', () => {
    fc.assert(
      fc.property(keys, ids, (key, all) => {
        const ranked = rankOwners(key, all);
        expect(ranked[0]).toBe(ownerOf(key, all));
        expect([...ranked].sort()).toEqual([...all].sort());
        expect(rankOwners(key, [...all].reverse())).toEqual(ranked);
        expect(ownerOf(key, [...all, ...all])).toBe(ranked[0]);
      }),
    );
  });

  test('minimal movement: without one id, only its keys move, and to the next in rank', () => {
    fc.assert(
      fc.property(keys, ids, fc.nat(), (key, all, pick) => {
        const gone = all[pick % all.length];
        const rest = all.filter((id) => id !== gone);
        const [first, second] = rankOwners(key, all);
        expect(ownerOf(key, rest)).toBe(first === gone ? second : first);
      }),
    );
  });

  test('balance: 20,000 keys over 2 to 16 like-named replicas, each within 10 % of its share', () => {
    for (const count of [2, 3, 5, 8, 16]) {
      const replicas = Array.from({ length: count }, (_, index) => `r_${index}`);
      const owned = new Map<string, number>();
      for (let room = 0; room < 20_000; room++) {
        const owner = ownerOf(`default/room-${room}`, replicas) ?? '';
        owned.set(owner, (owned.get(owner) ?? 0) + 1);
      }
      const share = 20_000 / count;
      for (const id of replicas) expect(Math.abs((owned.get(id) ?? 0) - share) / share).toBeLessThan(0.1);
    }
  });

  test('balance of the heirs: the keys of a lost replica spread over all the others', () => {
    const replicas = Array.from({ length: 5 }, (_, index) => `r_${index}`);
    const heirs = new Map<string, number>();
    for (let room = 0; room < 20_000; room++) {
      const [first, second = ''] = rankOwners(`room-${room}`, replicas);
      if (first === 'r_2') heirs.set(second, (heirs.get(second) ?? 0) + 1);
    }
    expect(heirs.size).toBe(4);
    for (const count of heirs.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

const PINNED: readonly string[] = ['r_2', 'r_2', 'r_1', 'r_1', 'r_2'];
