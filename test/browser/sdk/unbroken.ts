import { expect } from 'vitest';

import type { Person } from './person.js';

/** A longer time without a new frame is a break, in ms. */
const BREAK_MS = 1_500;
/** Everybody's page has looked at least so often. */
const LOOKS = 20;

/**
 * Begins to watch all video that arrives now. The function that it resolves with expects that none had a break, and that the
 * connections are the same, and resolves with the longest time without a new frame, in ms.
 */
export async function watchMedia(...people: readonly Person[]): Promise<() => Promise<number>> {
  const connections = () => Promise.all(people.map((person) => person.ask('connections')));
  const before = await connections();
  await Promise.all(people.map((person) => person.ask('watchGaps')));
  return async () => {
    const gaps = await Promise.all(people.map((person) => person.ask('gaps')));
    const breaks = gaps.filter(({ decoded, played }) => !(Math.max(decoded, played) < BREAK_MS));
    expect(breaks).toEqual([]);
    for (const { tracks, looks } of gaps) {
      expect(tracks).toBeGreaterThanOrEqual(people.length - 1);
      expect(looks).toBeGreaterThan(LOOKS);
    }
    expect(await connections()).toEqual(before);
    return Math.max(...gaps.flatMap(({ decoded, played }) => [decoded, played]));
  };
}
