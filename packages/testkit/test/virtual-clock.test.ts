import { expect, test } from 'vitest';
import { createSeededRandom, createVirtualClock } from '../src/index.js';

test('callbacks run in order of due time, then of scheduling, with promises settled in between', async () => {
  const clock = createVirtualClock();
  const seen: string[] = [];
  clock.after(20, () => seen.push('b20'));
  clock.after(10, () => void Promise.resolve().then(() => seen.push('a10 promise')));
  clock.after(10, () => seen.push('a10 second'));
  clock.soon(() => seen.push('soon'));
  await clock.advance(15);
  expect(seen).toEqual(['soon', 'a10 promise', 'a10 second']);
  expect(clock.now()).toBe(15);
  await clock.advance(5);
  expect(seen.at(-1)).toBe('b20');
});

test('a cancelled callback never runs, and a repeated one stops', async () => {
  const clock = createVirtualClock();
  let ticks = 0;
  const cancel = clock.every(10, () => (ticks += 1));
  clock.after(5, () => (ticks += 100))();
  await clock.advance(35);
  cancel();
  await clock.advance(50);
  expect(ticks).toBe(3);
  expect(clock.pending).toBe(0);
});

test('the same seed gives the same numbers, forks are independent of what the parent drew', () => {
  const one = createSeededRandom(7);
  const two = createSeededRandom(7);
  one.fraction();
  expect(one.fork('x').bytes(8)).toEqual(two.fork('x').bytes(8));
  expect(createSeededRandom(7).bytes(16)).not.toEqual(createSeededRandom(8).bytes(16));
});

test('below is uniform enough to be used for schedules', () => {
  const random = createSeededRandom(42);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i += 1) counts[random.below(10)]! += 1;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});
