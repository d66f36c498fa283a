import { expect, test } from 'vitest';
import { ConformanceError, conformanceCases } from '../src/conformance/index.js';
import { brokenBuses } from './broken-buses.js';
import { createMemoryHarness } from './memory-harness.js';

for (const { fault, foundBy, wrap } of brokenBuses) {
  test(`R11 a bus that ${fault} fails case ${foundBy}`, async () => {
    const found = conformanceCases.find(({ id }) => id === foundBy);
    await expect(found?.run(createMemoryHarness(wrap))).rejects.toBeInstanceOf(Error);
    await expect(found?.run(createMemoryHarness())).resolves.toBeUndefined();
  });
}

test('R11 most faults are told in the words of the suite, not by a crash of it', async () => {
  let told = 0;
  for (const { foundBy, wrap } of brokenBuses) {
    const found = conformanceCases.find(({ id }) => id === foundBy);
    const error: unknown = await found?.run(createMemoryHarness(wrap)).catch((thrown: unknown) => thrown);
    if (error instanceof ConformanceError) told += 1;
  }
  expect(told).toBeGreaterThanOrEqual(brokenBuses.length - 2);
});
