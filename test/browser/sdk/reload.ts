import { expect } from 'vitest';

import { allAreAmong, allSeeAndHear, toldAbout } from './expectations.js';
import type { Person } from './person.js';

/** Somebody reloads; all others see and hear the same name again, told once as left and once as joined. */
export async function backAfterReload(one: Person, ...others: readonly Person[]): Promise<void> {
  await allSeeAndHear(one, ...others);
  const before = await Promise.all(others.map(async (other) => (await other.ask('log')).length));
  await one.page.reload();
  await one.ready();
  await allAreAmong(one, ...others);
  await allSeeAndHear(one, ...others);
  for (const [index, other] of others.entries()) {
    const { name } = one;
    const told = await toldAbout(other, one, ['joined', 'left'], before[index]);
    expect(told.sort()).toEqual([`joined ${name}`, `left ${name} left`]);
    const tracks = await toldAbout(other, one, ['track', 'trackEnded'], before[index]);
    expect(tracks.sort()).toEqual(
      ['track', 'trackEnded'].flatMap((kind) => [`${kind} ${name} camera`, `${kind} ${name} microphone`]),
    );
  }
}
