import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Header } from '@parley/protocol';
import { parseClientHeader, signalToServerSchema } from '@parley/protocol/schemas';

const anything = fc.oneof(
  fc.constantFrom(null, true, -0, -1, 0, 1, 1.5, 2 ** 53, 2 ** 53 - 1, '', 'offer', [], {}, [1, 2, 3]),
  fc.jsonValue({ maxDepth: 2 }),
);
const count = fc.oneof({ weight: 20, arbitrary: fc.nat() }, { weight: 1, arbitrary: anything });
const id = fc.stringMatching(/^p_[A-Za-z0-9_-]{0,66}$/);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 34 }),
  fc.string({ unit: 'binary', maxLength: 34 }),
  fc.nat(20).map((length) => 'é'.repeat(length)),
);

const [good, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
const faulty = [
  `01-${good}-${parent}-01`,
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${good}-${'0'.repeat(16)}-01`,
];
const traceparent = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(`00-${good}-${parent}-01`, `00-${good}-${parent}-ff`) },
  { weight: 1, arbitrary: fc.constantFrom(...faulty, `00-${good.toUpperCase()}-${parent}-01`, good) },
);

function mostly<T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: anything });
}

const header = fc
  .record(
    {
      to: mostly(id),
      kind: mostly(text),
      link: mostly(fc.array(count, { minLength: 2, maxLength: 4 })),
      x: mostly(
        fc.dictionary(
          fc.string(),
          fc.oneof(
            anything,
            fc.nat(260).map((n) => 'a'.repeat(n)),
          ),
        ),
      ),
      traceparent: mostly(traceparent),
      id: anything,
      from: anything,
    },
    { requiredKeys: ['to'] },
  )
  .map((fields) => JSON.parse(JSON.stringify({ ...fields, type: 'signal' })) as Header)
  .filter((fields) => !JSON.stringify(fields).includes('__proto__'));

test('the short path of signals and their schema are equal', () => {
  let accepted = 0;
  const runs = 20_000;
  fc.assert(
    fc.property(header, (given) => {
      const parsed = parseClientHeader(given);
      const expected = signalToServerSchema.safeParse(given);
      expect(parsed.ok).toBe(expected.success);
      if (!parsed.ok) return;
      accepted += 1;
      expect(parsed.header).toStrictEqual(expected.data);
    }),
    { numRuns: runs },
  );
  expect(accepted).toBeGreaterThan(runs / 10);
  expect(accepted).toBeLessThan((runs * 9) / 10);
});
