import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';

import { videosMove } from '../support/browser-page.js';
import type { BrowserPage } from '../support/browser-page.js';
import { chromiumPage, launchChromium } from '../support/chromium.js';
import { SLOW_CAMERA } from '../support/conference-page.js';
import { launchFirefox } from '../support/firefox.js';
import type { Firefox } from '../support/firefox.js';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';

type Name = 'firefox' | 'chromium';

const OTHER: Readonly<Record<Name, Name>> = { firefox: 'chromium', chromium: 'firefox' };

let chromium: Browser;
let firefox: Firefox;
let server: StandaloneProcess;

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  [chromium, firefox, server] = await Promise.all([
    launchChromium([SLOW_CAMERA]),
    launchFirefox(),
    startStandalone(),
  ]);
});
afterAll(() => Promise.all([chromium?.close(), firefox?.close(), server?.stop()]));

/** Comes to a room under the name of the browser, and is in it. */
async function enter(page: BrowserPage, room: string, name: Name): Promise<void> {
  await page.goto(`${server.url}/r/${room}`);
  // Camera and microphone are there before the call begins.
  await page.until(() => document.querySelector('.preview video') !== null, undefined);
  await page.fill('.join-form input', name);
  await page.click('.join-form button');
  await page.until(() => document.querySelector('.tile[data-tile="camera:"] video') !== null, undefined);
}

/** The selector of somebody's picture. */
function pictureOf(name: Name): string {
  return `.tile[aria-label="${name}"] video`;
}

/** For `until`: of the one other there is one picture and one sound, the sound plays and its time goes on. */
function hearsOther(): boolean {
  const sounds = [...document.querySelectorAll('audio')];
  const tiles = document.querySelectorAll('.tile');
  return (
    tiles.length === 2 && sounds.length === 1 && sounds.every((one) => !one.paused && one.currentTime > 0)
  );
}

async function seeAndHear(pages: Readonly<Record<Name, BrowserPage>>): Promise<void> {
  await Promise.all([
    videosMove(pictureOf('chromium'), pages.firefox),
    videosMove(pictureOf('firefox'), pages.chromium),
  ]);
  await Promise.all([
    pages.firefox.until(hearsOther, undefined),
    pages.chromium.until(hearsOther, undefined),
  ]);
}

/** Opens the chat, and writes into it. */
async function write(page: BrowserPage, text: string): Promise<void> {
  const open = await page.ask(() => document.querySelector('.composer') !== null, undefined);
  if (!open) await page.click('.control[title="Chat (C)"], .control[title$="unread (C)"]');
  await page.fill('.composer textarea', text);
  await page.click('.composer button');
}

test.each<Name>(['firefox', 'chromium'])(
  'Firefox and Chromium see, hear and read each other on the page, %s first; a mute is shown, a reload comes back',
  async (first) => {
    const pages = { firefox: await firefox.openPage(), chromium: await chromiumPage(chromium) };
    onTestFinished(async () => void (await Promise.all([pages.firefox.close(), pages.chromium.close()])));
    const second = OTHER[first];
    await enter(pages[first], `first-${first}`, first);
    await enter(pages[second], `first-${first}`, second);
    await seeAndHear(pages);

    await write(pages[first], 'Grüße, 안녕');
    await pages[second].until(() => document.querySelector('.badge')?.textContent === '1', undefined);
    await write(pages[second], 'Read');
    for (const page of [pages[first], pages[second]]) {
      await page.until(() => document.querySelectorAll('.message').length === 2, undefined);
      const texts = await page.ask(
        () => [...document.querySelectorAll('.message-text')].map(({ textContent }) => textContent),
        undefined,
      );
      expect(texts).toEqual(['Grüße, 안녕', 'Read']);
    }

    await pages[first].click('.control-bar .control');
    await pages[second].until(() => document.querySelector('.tile-muted') !== null, undefined);

    await pages.firefox.reload();
    await seeAndHear(pages);
  },
);
