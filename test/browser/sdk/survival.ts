import { expect } from 'vitest';

import { allAreAmong, allSeeAndHear, pairsOf, seesAnew } from './expectations.js';
import type { Person } from './person.js';
import type { Stage } from './stage.js';
import { watchMedia } from './unbroken.js';

/** So soon everybody is back in the room, in ms. */
const BACK_MS = 10_000;

/** The server is killed and started again: no break in any video, the same connections, and everybody is back soon. */
export async function survivesKill(stage: Stage, ...people: readonly Person[]): Promise<void> {
  await allSeeAndHear(...people);
  const expectUnbroken = await watchMedia(...people);

  await stage.restart();
  const readyAt = performance.now();
  await Promise.all(people.map((person) => person.until('wasTold', 'rejoined')));
  await allAreAmong(...people);
  const backAfter = performance.now() - readyAt;
  await Promise.all(pairsOf(people).map(([one, other]) => one.until('wasTold', `renamed ${other.name}`)));

  // What was kept is still a call: something new arrives.
  await allSeeAndHear(...people);
  const [one, other] = people as [Person, Person];
  await one.ask('turnOn', 'drawing');
  await seesAnew(other, one, 'drawing');

  const worst = await expectUnbroken();
  console.log(`back after ${Math.round(backAfter)} ms; the longest time without a frame: ${worst} ms`);
  expect(backAfter).toBeLessThan(BACK_MS);
}
