import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test, vi } from 'vitest';

import { chromiumPage, launchChromium } from '../support/chromium.js';
import { allAreAmong, expectNoTrouble } from './sdk/expectations.js';
import { openStage } from './sdk/stage.js';
import type { Stage } from './sdk/stage.js';
import { THINGS } from './sdk/things.js';

let browser: Browser;
let stage: Stage;

vi.setConfig({ testTimeout: 40_000 });

beforeAll(async () => {
  [browser, stage] = await Promise.all([launchChromium(), openStage()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), stage?.close()]);
});

test.each(THINGS.map((thing) => [thing.what, thing] as const))('two in Chromium: %s', async (what, thing) => {
  const { sends, happens } = thing;
  const entrance = { room: what, ...(sends === undefined ? {} : { sends }) };
  const first = await stage.enter(await chromiumPage(browser), 'ann', entrance);
  const second = await stage.enter(await chromiumPage(browser), 'bo', entrance);
  await allAreAmong(first, second);
  await happens(first, second, stage);
  await expectNoTrouble(first, second);
});
