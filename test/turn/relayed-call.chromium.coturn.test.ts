import type { Coturn } from '@parley/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { chromiumPage, launchChromium } from '../support/chromium.js';
import { outliveCredentials, summary } from './support/outliving.js';
import { startTurn } from './support/turn-world.js';

const SECRET = 'a-secret-of-some-length';

let browser: Browser;
let turn: Coturn;
beforeAll(async () => {
  [browser, turn] = await Promise.all([launchChromium(), startTurn([SECRET])]);
});
afterAll(async () => {
  await browser?.close();
  await turn?.stop();
});

test('[JOIN-8] a relayed call outlives three lives of its credentials and is restarted with renewed ones', async () => {
  const parties = [await chromiumPage(browser), await chromiumPage(browser)].map((page) => ({
    page,
    patienceMs: 2_000,
  }));
  const seen = await outliveCredentials(turn, SECRET, parties);
  console.log(summary(seen, turn));
}, 70_000);
