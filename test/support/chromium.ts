import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

import { POLLING } from './browser-page.js';
import type { BrowserPage } from './browser-page.js';
import { forgetPictures, pictureMoves } from './moving-picture.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
];

/** A headless Chromium with fake camera and microphone, and `more` flags; the test runner names the executable that it found. */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env['PARLEY_CHROMIUM'];
  if (executablePath === undefined)
    throw new Error('PARLEY_CHROMIUM is not set: run these tests by `npm test`');
  return chromium.launch({ executablePath, args: [...FLAGS, ...more] });
}

/** A page in a context of its own, with camera and microphone granted. */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  return context.newPage();
}

/** As `openPage`, in the form in which pages of every browser are alike. */
export async function chromiumPage(browser: Browser): Promise<BrowserPage> {
  const page = await openPage(browser);
  return {
    before: async (script) => void (await page.addInitScript(script)),
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    fill: (selector, text) => page.fill(selector, text),
    click: (selector) => page.click(selector),
    ask: (question, argument) => page.evaluate(question as never, argument),
    until: async (check, argument) => void (await page.waitForFunction(check as never, argument, POLLING)),
    close: () => page.context().close(),
  };
}

/** Waits until the video shows a picture whose content changes: a still or black one does not pass. */
export async function videoMoves(page: Page, selector: string, withinMs = 20_000): Promise<void> {
  await page.waitForFunction(pictureMoves, selector, { timeout: withinMs, polling: 100 });
}

/** Forgets the frames that `videoMoves` has seen, so that it has to see new ones. */
export async function forgetFrames(page: Page): Promise<void> {
  await page.evaluate(forgetPictures);
}
