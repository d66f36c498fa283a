import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import puppeteer from 'puppeteer-core';
import type { Browser, BrowserContext } from 'puppeteer-core';

import { POLLING } from './browser-page.js';
import type { BrowserPage } from './browser-page.js';

/**
 * Fake camera and microphone without a question, calls over loopback, addresses that Chromium can use as they are, and no
 * suggestions for what is typed: their popup may swallow the next click.
 */
const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  'browser.formfill.enable': false,
};

/** A real Firefox with fake camera and microphone. */
export interface Firefox {
  /** An empty page; what one page stores, no other one sees. */
  openPage(): Promise<BrowserPage>;
  /** Ends the browser, by force after 10 s, and removes its profile. */
  close(): Promise<void>;
}

/** Starts a headless Firefox with an empty profile of its own; the test runner names the executable that it found. */
export async function launchFirefox(): Promise<Firefox> {
  const executablePath = process.env['PARLEY_FIREFOX'];
  if (executablePath === undefined)
    throw new Error('PARLEY_FIREFOX is not set: run these tests by `npm test`');
  const profile = await mkdtemp(join(tmpdir(), 'parley-firefox-'));
  const removeProfile = (): Promise<void> => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const browser = await puppeteer.launch({
      ...{ browser: 'firefox', executablePath, headless: true, userDataDir: profile },
      extraPrefsFirefox: PREFERENCES,
    });
    return {
      openPage: async () => openPage(await browser.createBrowserContext()),
      close: () => end(browser).finally(removeProfile),
    };
  } catch (error) {
    await removeProfile();
    throw error;
  }
}

async function openPage(context: BrowserContext): Promise<BrowserPage> {
  const page = await context.newPage();
  return {
    before: async (script) => void (await page.evaluateOnNewDocument(script)),
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    fill: (selector, text) => page.locator(selector).fill(text),
    click: (selector) => page.locator(selector).click(),
    ask: (question, argument) => page.evaluate(question as never, argument),
    until: async (check, argument) => void (await page.waitForFunction(check as never, POLLING, argument)),
    close: () => context.close(),
  };
}

/** A browser that hangs on its way out would keep the test runner waiting for ever. */
async function end(browser: Browser): Promise<void> {
  const program = browser.process();
  const gone = browser.close().then(() => true);
  const timer = new AbortController();
  const late = pause(10_000, false, { signal: timer.signal }).catch(() => true);
  const inTime = await Promise.race([gone, late]).finally(() => timer.abort());
  if (inTime || program?.pid === undefined) return;
  gone.catch(() => undefined);
  const exited = once(program, 'exit');
  // It is the leader of a process group, except on Windows.
  process.kill(process.platform === 'win32' ? program.pid : -program.pid, 'SIGKILL');
  await exited;
}
