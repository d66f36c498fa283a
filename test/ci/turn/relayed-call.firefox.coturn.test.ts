import type { Coturn } from '@parley/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { chromiumPage, launchChromium } from '../../support/chromium.js';
import { launchFirefox } from '../../support/firefox.js';
import type { Firefox } from '../../support/firefox.js';
import { outliveCredentials, summary } from '../../turn/support/outliving.js';
import { startTurn } from '../../turn/support/turn-world.js';

const SECRET = 'a-secret-of-some-length';

let chromium: Browser;
let firefox: Firefox;
let turn: Coturn;
beforeAll(async () => {
  [chromium, firefox, turn] = await Promise.all([launchChromium(), launchFirefox(), startTurn([SECRET])]);
});
afterAll(async () => {
  await chromium?.close();
  await firefox?.close();
  await turn?.stop();
});

test('[JOIN-8] a relayed call between Firefox and Chromium outlives three lives of its credentials and is restarted with renewed ones', async () => {
  // Firefox makes its decoder anew at each ICE restart, and drops the earlier pair before Chromium does.
  const parties = [
    { page: await firefox.openPage(), patienceMs: 6_000 },
    { page: await chromiumPage(chromium), patienceMs: 2_000 },
  ];
  const seen = await outliveCredentials(turn, SECRET, parties);
  console.log(summary(seen, turn));
}, 70_000);
