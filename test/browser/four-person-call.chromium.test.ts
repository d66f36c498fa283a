import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test, vi } from 'vitest';

import { chromiumPage, launchChromium } from '../support/chromium.js';
import { allAreAmong, allSeeAndHear, expectNoTrouble } from './sdk/expectations.js';
import type { Person } from './sdk/person.js';
import { backAfterReload } from './sdk/reload.js';
import { openStage } from './sdk/stage.js';
import type { Stage } from './sdk/stage.js';
import { survivesKill } from './sdk/survival.js';

let browser: Browser;
let stage: Stage;

vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  [browser, stage] = await Promise.all([launchChromium(), openStage()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), stage?.close()]);
});

test('four people see and hear each other, through a reload, the loss of the server, and until one leaves', async () => {
  const people: Person[] = [];
  for (const name of ['ann', 'bo', 'cy', 'di'])
    people.push(await stage.enter(await chromiumPage(browser), name, { room: 'four' }));
  const [ann, bo, cy, di] = people as [Person, Person, Person, Person];
  await allAreAmong(...people);
  await allSeeAndHear(...people);
  await backAfterReload(bo, ann, cy, di);
  await survivesKill(stage, ...people);
  await cy.ask('leave');
  await allAreAmong(ann, bo, di);
  for (const person of [ann, bo, di]) await person.until('wasTold', 'peer cy closed');
  await allSeeAndHear(ann, bo, di);
  await expectNoTrouble(...people);
});
