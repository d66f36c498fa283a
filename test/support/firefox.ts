import { setTimeout as pause } from 'node:timers/promises';

import puppeteer from 'puppeteer-core';
import type { Browser, Page } from 'puppeteer-core';

import { pictureMoves } from './moving-picture.js';

/** Fake camera and microphone without a question, calls over loopback, and addresses that Chromium can use as they are. */
const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
};

/** A real Firefox with fake camera and microphone. */
export interface Firefox {
  /** An empty page of its own; what one page stores (names, cookies), no other one sees. */
  openPage(): Promise<Page>;
  /** Ends the browser, by force if it does not go by itself, and removes its profile. */
  close(): Promise<void>;
}

/** Starts a headless Firefox with an empty profile; the test runner names the executable that it found. */
export async function launchFirefox(): Promise<Firefox> {
  const executablePath = process.env['PARLEY_FIREFOX'];
  if (executablePath === undefined)
    throw new Error('PARLEY_FIREFOX is not set: run these tests by `npm test`');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: PREFERENCES,
  });
  return {
    openPage: async () => (await browser.createBrowserContext()).newPage(),
    close: () => close(browser),
  };
}

/** Waits until the video shows a picture whose content changes: a still or black one does not pass. */
export async function videoMovesIn(page: Page, selector: string, withinMs = 20_000): Promise<void> {
  await page.waitForFunction(pictureMoves, { timeout: withinMs, polling: 100 }, selector);
}

/** A Firefox that hangs on its way out would keep the test runner waiting for ever. */
async function close(browser: Browser): Promise<void> {
  const abort = new AbortController();
  const late = pause(5000, 'late', { signal: abort.signal }).catch(() => 'done');
  const end = await Promise.race([browser.close().then(() => 'done'), late]);
  abort.abort();
  if (end === 'late') browser.process()?.kill('SIGKILL');
}
