import { allSeeAndHear } from './expectations.js';
import type { Person } from './person.js';

/**
 * Both begin or end to send something in the same moment, again and again; each round ends when both have agreed on both.
 * Resolves with how many rounds had a collision.
 */
export async function renegotiateTogether(first: Person, second: Person, rounds: number): Promise<number> {
  await allSeeAndHear(first, second);
  const collisions = async (): Promise<number> =>
    (await first.ask('collisions')) + (await second.ask('collisions'));
  let collided = 0;
  for (let round = 0; round < rounds; round++) {
    const before = await collisions();
    await Promise.all([
      first.ask('renegotiate', second.name, round % 2 === 0),
      second.ask('renegotiate', first.name, round % 2 === 0),
    ]);
    if ((await collisions()) > before) collided += 1;
  }
  await allSeeAndHear(first, second);
  return collided;
}
