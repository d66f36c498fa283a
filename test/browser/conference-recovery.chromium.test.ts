import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { forgetFrames, launchChromium, videoMoves } from '../support/chromium.js';
import { enterCall, pictureOf, SLOW_CAMERA } from '../support/conference-page.js';
import { startStandalone } from '../support/standalone-process.js';

let browser: Browser;

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  browser = await launchChromium([SLOW_CAMERA]);
});
afterAll(() => browser?.close());

test('a server that is killed is shown as reconnecting, the call goes on, and it is back when the server is', async () => {
  const server = await startStandalone({ SOCKET: 'ws' });
  // The other driver cannot listen on a port again while clients of a killed process hold half of their connections.
  const env = { PORT: new URL(server.url).port, SOCKET: 'ws' };
  const visitor = { browser, url: server.url, room: 'killed' };
  const [ann, bo] = [await enterCall(visitor, 'Ann'), await enterCall(visitor, 'Bo')];
  await Promise.all([videoMoves(ann, pictureOf('Bo')), videoMoves(bo, pictureOf('Ann'))]);

  await server.kill();
  for (const page of [ann, bo]) await page.getByText('Reconnecting to the server').waitFor();
  await ann.getByText('stays connected').waitFor();
  await forgetFrames(ann);
  await videoMoves(ann, pictureOf('Bo'));
  await ann.keyboard.press('c');
  await ann.getByLabel('Write to everybody').fill('Still here');
  await ann.keyboard.press('Enter');
  await bo.getByRole('button', { name: 'Chat, 1 unread' }).waitFor();

  const again = await startStandalone(env);
  try {
    await ann.getByText('Connected again').waitFor();
    await bo.getByText('Reconnecting to the server').waitFor({ state: 'detached' });
    await forgetFrames(ann);
    await Promise.all([videoMoves(ann, pictureOf('Bo')), videoMoves(bo, pictureOf('Ann'))]);
    expect(await ann.getByRole('article').filter({ hasText: 'Bo' }).count()).toBe(1);
    const cy = await enterCall(visitor, 'Cy');
    await videoMoves(cy, pictureOf('Ann'));
  } finally {
    for (const context of browser.contexts()) await context.close();
    await again.stop();
  }
});

test('a reload brings back into the call, once; a peer that freezes is said to have stopped', async () => {
  const server = await startStandalone();
  const visitor = { browser, url: server.url, room: 'reload' };
  try {
    const [ann, bo] = [await enterCall(visitor, 'Ann'), await enterCall(visitor, 'Bo')];
    await videoMoves(ann, pictureOf('Bo'));
    await bo.reload();
    await bo.getByRole('article', { name: 'Ann' }).waitFor();
    await forgetFrames(ann);
    await Promise.all([videoMoves(ann, pictureOf('Bo')), videoMoves(bo, pictureOf('Ann'))]);
    expect(await ann.locator('.tile').count()).toBe(2);

    // The track goes on, and brings no picture any more: what a frozen process looks like from here.
    await ann.evaluate((selector) => {
      const video = document.querySelector<HTMLVideoElement>(selector);
      if (video) video.getVideoPlaybackQuality = () => ({ totalVideoFrames: 1 }) as VideoPlaybackQuality;
    }, pictureOf('Bo'));
    await ann.getByText('The picture has stopped').waitFor();
  } finally {
    for (const context of browser.contexts()) await context.close();
    await server.stop();
  }
});
