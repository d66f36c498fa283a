import { expect } from 'vitest';

import type { Source } from './call-page.js';
import type { Person } from './person.js';

/** Each of them with each other one, in both orders. */
export function pairsOf(people: readonly Person[]): (readonly [Person, Person])[] {
  return people.flatMap((one) =>
    people.filter((other) => other !== one).map((other) => [one, other] as const),
  );
}

/** Everybody sees the pictures of all others move and hears them, from now on. */
export async function allSeeAndHear(...people: readonly Person[]): Promise<void> {
  await Promise.all(people.map((person) => person.ask('forget')));
  await Promise.all(
    pairsOf(people).flatMap(([one, { name }]) => [
      one.until('sees', name, 'camera'),
      one.until('hears', name),
    ]),
  );
}

/** One sees this video of another move, from now on. */
export async function seesAnew(one: Person, { name }: Person, source: Source): Promise<void> {
  await one.ask('forget');
  await one.until('sees', name, source);
}

/** Everybody is in the room, and nobody else. */
export async function allAreAmong(...people: readonly Person[]): Promise<void> {
  const names = people.map(({ name }) => name);
  await Promise.all(people.map((person) => person.until('isAmong', ...names)));
}

/** What one was told about another, of the kinds that are named, behind the first `from` lines. */
export async function toldAbout(
  one: Person,
  other: Person,
  kinds: readonly string[],
  from = 0,
): Promise<string[]> {
  const lines = (await one.ask('log')).slice(from).map((line) => line.split(' '));
  return lines
    .filter(([kind = '', name]) => kinds.includes(kind) && name === other.name)
    .map((line) => line.join(' '));
}

/** Nobody was told of a fault, and nobody was ever there twice. */
export async function expectNoTrouble(...people: readonly Person[]): Promise<void> {
  for (const person of people) {
    const lines = await person.ask('log');
    expect(lines.filter((line) => /^(fault|twice)/.test(line))).toEqual([]);
  }
}
