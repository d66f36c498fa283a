import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as protocol from '@parley/protocol';
import { parseClientHeader } from '@parley/protocol/schemas';
import { expect, test } from 'vitest';

import { checkFrame } from '../tools/check-frame.mjs';
import { hostileFrame } from '../tools/hostile-frames.mjs';

const parley = { ...protocol, parseClientHeader };
const corpus = fileURLToPath(new URL('./corpus/', import.meta.url));
const inputs = Number(process.env['FUZZ_RUNS'] ?? (process.env['CI'] === 'true' ? 1_000_000 : 100_000));
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

/** What each kept input must come to, by the first word of its file's name. */
const expected = new Map([
  ['refused', ['refused']],
  ['faulty', ['faulty']],
  ['good', ['good']],
  ['found', ['refused', 'faulty', 'good']],
]);

test.each(readdirSync(corpus))('X12 kept input %s', (name) => {
  const outcome = checkFrame(readFileSync(corpus + name), parley);
  expect(expected.get(name.split('-')[0] ?? '')).toContain(outcome);
});

test('the same seed and index make the same bytes', () => {
  expect(hostileFrame(7, 4711)).toEqual(hostileFrame(7, 4711));
  expect(hostileFrame(7, 4711)).not.toEqual(hostileFrame(8, 4711));
});

test(`X12 ${inputs} hostile frames of seed ${seed} are each refused by a documented error or read rightly`, () => {
  const counts = { refused: 0, faulty: 0, good: 0 };
  for (let index = 0; index < inputs; index += 1) {
    const bytes = hostileFrame(seed, index);
    try {
      counts[checkFrame(bytes, parley)] += 1;
    } catch (error) {
      throw new Error(`seed ${seed} input ${index}: ${JSON.stringify([...bytes])}`, { cause: error });
    }
  }
  process.stdout.write(
    `fuzz: seed ${seed}, ${inputs} inputs (1000000 where CI=true): ${JSON.stringify(counts)}\n`,
  );
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(inputs / 50);
}, 300_000);
