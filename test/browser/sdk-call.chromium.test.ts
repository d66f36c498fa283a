import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { chromiumPage, launchChromium } from '../support/chromium.js';
import { allAreAmong, expectNoTrouble } from './sdk/expectations.js';
import type { Person } from './sdk/person.js';
import { backAfterReload } from './sdk/reload.js';
import { renegotiateTogether } from './sdk/rounds.js';
import { openStage } from './sdk/stage.js';
import type { Entrance, Stage } from './sdk/stage.js';

const ROUNDS = 200;

let browser: Browser;
let stage: Stage;

vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  [browser, stage] = await Promise.all([launchChromium(), openStage()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), stage?.close()]);
});

async function enter(names: readonly string[], entrance: Entrance): Promise<Person[]> {
  const people: Person[] = [];
  for (const name of names) people.push(await stage.enter(await chromiumPage(browser), name, entrance));
  await allAreAmong(...people);
  return people;
}

test('who reloads without leaving takes their own place, and is never there twice', async () => {
  const [ann, bo] = (await enter(['ann', 'bo'], { room: 'reload', reload: 'replaces' })) as [Person, Person];
  await backAfterReload(bo, ann);
  await backAfterReload(ann, bo);
  await expectNoTrouble(ann, bo);
});

test(`both renegotiate in the same moment, ${ROUNDS} rounds: none is stuck, and no track is lost`, async () => {
  const [ann, bo] = (await enter(['ann', 'bo'], { room: 'rounds' })) as [Person, Person];
  const collided = await renegotiateTogether(ann, bo, ROUNDS);
  console.log(`${collided} of ${ROUNDS} rounds had a collision`);
  expect(collided).toBeGreaterThan(0);
  await expectNoTrouble(ann, bo);
});
