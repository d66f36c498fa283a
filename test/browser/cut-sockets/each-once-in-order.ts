import assert from 'node:assert/strict';

/** Throws unless these are the numbers from 1 to `total`, each once and in order; says what is wrong with them. */
export function assertEachOnceInOrder(arrived: readonly number[], total: number): void {
  const wanted = Array.from({ length: total }, (_, index) => index + 1);
  const found = new Set(arrived);
  const lost = wanted.filter((one) => !found.has(one));
  assert.equal(lost.length, 0, `${lost.length} of ${total} never arrived, first of them ${lost[0]}`);
  assert.equal(arrived.length, total, `${arrived.length - total} arrived more than once`);
  assert.deepEqual(arrived, wanted, 'they arrived out of order');
}
