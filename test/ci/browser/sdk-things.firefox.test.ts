import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';

import { chromiumPage, launchChromium } from '../../support/chromium.js';
import { launchFirefox } from '../../support/firefox.js';
import type { Firefox } from '../../support/firefox.js';
import { allAreAmong, expectNoTrouble } from '../../browser/sdk/expectations.js';
import { openStage } from '../../browser/sdk/stage.js';
import type { Stage } from '../../browser/sdk/stage.js';
import { THINGS } from '../../browser/sdk/things.js';

let chromium: Browser;
let firefox: Firefox;
let stage: Stage;

vi.setConfig({ testTimeout: 40_000 });

beforeAll(async () => {
  [chromium, firefox, stage] = await Promise.all([launchChromium(), launchFirefox(), openStage()]);
});
afterAll(async () => {
  await Promise.all([chromium?.close(), firefox?.close(), stage?.close()]);
});

describe.each(['firefox', 'chromium'])('%s calling', (caller) => {
  test.each(THINGS.map((thing) => [thing.what, thing] as const))('%s', async (what, thing) => {
    const { sends, happens } = thing;
    const pages = [await firefox.openPage(), await chromiumPage(chromium)] as const;
    const [one, other] = caller === 'firefox' ? pages : [pages[1], pages[0]];
    const entrance = { room: `${caller}: ${what}`, ...(sends === undefined ? {} : { sends }) };
    // Without a display Firefox has no screen to capture.
    const first = await stage.enter(one, 'ann', { ...entrance, screen: 'drawn' });
    const second = await stage.enter(other, 'bo', { ...entrance, screen: 'drawn' });
    await allAreAmong(first, second);
    await happens(first, second, stage);
    await expectNoTrouble(first, second);
  });
});
