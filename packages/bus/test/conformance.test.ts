import { describe, expect, test } from 'vitest';
import { conformanceCases } from '../src/conformance/index.js';
import { createMemoryHarness } from './memory-harness.js';

// A link inside one process cannot be cut: what needs that does not apply to this driver.
const applying = conformanceCases.filter(({ needs }) => needs !== 'interrupt');

describe('the memory bus keeps the contract', () => {
  for (const { id, title, run } of applying) test(`[${id}] ${title}`, () => run(createMemoryHarness()));
});

test('R11 the suite has 30 cases or more that need no cut link, each with an id of its own, for B1 to B12', () => {
  const ids = conformanceCases.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(applying.length).toBeGreaterThanOrEqual(30);
  const rules = new Set(ids.map((id) => id.split('-')[0]));
  expect([...rules].sort()).toEqual(Array.from({ length: 12 }, (_, index) => `B${index + 1}`).sort());
});
