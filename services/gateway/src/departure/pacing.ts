import type { Random } from '@parley/kit';

/**
 * `count` moments in a window, in order, in milliseconds from its beginning: one for each slot of it, at a random point of
 * the slot's first half. So no second sees more than the mean rate and one beside it (K1).
 */
export function paced(count: number, windowMs: number, random: Pick<Random, 'fraction'>): number[] {
  const slot = windowMs / Math.max(count, 1);
  return Array.from({ length: count }, (_, index) => (index + random.fraction() / 2) * slot);
}

/** The same items in a random order (Fisher-Yates): who connected together does not have to move together. */
export function shuffle<T>(items: readonly T[], random: Pick<Random, 'below'>): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const [a, b] = [shuffled[last], shuffled[other]] as [T, T];
    [shuffled[last], shuffled[other]] = [b, a];
  }
  return shuffled;
}
