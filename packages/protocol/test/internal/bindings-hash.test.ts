import fc from 'fast-check';
import { expect, test } from 'vitest';

import { bindingsHash } from '../../src/internal/index.js';

const binding = fc.record({
  id: fc.string({ minLength: 1, maxLength: 6 }).map((id) => `p_${id}`),
  n: fc.nat({ max: 50 }),
});
const bindings = fc.uniqueArray(binding, { selector: ({ id }) => id, maxLength: 12 });

test('[N3] the hash is 16 hex digits and the same in any order', () => {
  fc.assert(
    fc.property(
      bindings.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
      ([all, shuffled]) => {
        expect(bindingsHash(all)).toMatch(/^[0-9a-f]{16}$/);
        expect(bindingsHash(shuffled)).toBe(bindingsHash(all));
      },
    ),
  );
});

test('[N3] it differs when one is missing, one is more, or one n is another', () => {
  fc.assert(
    fc.property(bindings, binding, fc.nat(), (all, more, at) => {
      const hash = bindingsHash(all);
      if (!all.some(({ id }) => id === more.id)) expect(bindingsHash([...all, more])).not.toBe(hash);
      const i = all.length > 0 ? at % all.length : 0;
      if (all.length > 0) expect(bindingsHash(all.filter((_, j) => j !== i))).not.toBe(hash);
      const later = all.map(({ id, n }, j) => ({ id, n: j === i ? n + 1 : n }));
      if (all.length > 0) expect(bindingsHash(later)).not.toBe(hash);
    }),
  );
});

test('[N3] no collision among 100,000 pairs whose ids and numbers differ in few characters', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 1_000; i += 1) {
    for (let n = 1; n <= 10; n += 1) {
      const one = { id: `p_${i}`, n };
      for (let other = 0; other < 10; other += 1)
        seen.add(bindingsHash([one, { id: `p_x${other}`, n: 11 - n }]));
    }
  }
  expect(seen.size).toBe(100_000);
});
