import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';

import { launchChromium, videoMoves } from '../support/chromium.js';
import { enterCall, openLobby, pictureOf, SLOW_CAMERA, tabTo } from '../support/conference-page.js';
import type { Visitor } from '../support/conference-page.js';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';

let browser: Browser;
let server: StandaloneProcess;

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium([SLOW_CAMERA]), startStandalone()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

function visit(room: string, more: Partial<Visitor> = {}): Visitor {
  onTestFinished(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  return { browser, url: server.url, room, ...more };
}

test('from the lobby into the call, mute, camera off, chat, share and leave, by keyboard alone', async () => {
  const other = await enterCall(visit('keyboard'), 'Bo');
  const page = await openLobby(visit('keyboard'));
  await page.getByText('Say something').waitFor();
  await tabTo(page, 'Your name');
  await page.keyboard.type('Ann');
  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: 'Bo', exact: true }).waitFor();

  await tabTo(page, 'Mute');
  await page.keyboard.press('Enter');
  await other.getByRole('img', { name: 'Ann is muted' }).waitFor();
  await videoMoves(other, pictureOf('Ann'));
  await tabTo(page, 'Turn camera off');
  await page.keyboard.press('Space');
  await other.waitForSelector(pictureOf('Ann'), { state: 'detached' });

  await tabTo(page, 'Chat');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Hello by keyboard');
  await page.keyboard.press('Enter');
  await other.getByRole('button', { name: 'Chat, 1 unread' }).waitFor();
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Chat');

  await page.keyboard.press('s');
  await videoMoves(other, pictureOf('Screen of Ann'));
  await page.keyboard.press('s');
  await other.waitForSelector(pictureOf('Screen of Ann'), { state: 'detached' });

  await tabTo(page, 'Leave');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'You have left' }).waitFor();
  await other.getByRole('article', { name: 'Ann' }).waitFor({ state: 'detached' });
});

test('three people see, hear and read each other; hands, reactions and the one who comes late', async () => {
  const ann = await enterCall(visit('three'), 'Ann');
  const bo = await enterCall(visit('three'), 'Bo');
  await ann.getByRole('article', { name: 'Bo' }).waitFor();
  await ann.keyboard.press('h');
  await bo.getByRole('img', { name: 'Ann has raised a hand' }).waitFor();
  const cy = await enterCall(visit('three'), 'Cy');
  await Promise.all(
    [ann, bo, cy].map(async (page, index) => {
      const others = ['Ann', 'Bo', 'Cy'].filter((_, one) => one !== index);
      for (const name of others) await videoMoves(page, pictureOf(name));
      await page.waitForFunction(() =>
        [...document.querySelectorAll('audio')].every(({ paused }) => !paused),
      );
      expect(await page.locator('audio').count()).toBe(2);
    }),
  );
  await cy.getByRole('img', { name: 'Ann has raised a hand' }).waitFor();

  for (const page of [ann, bo, cy]) await page.keyboard.press('c');
  const texts = ['안녕하세요', 'Hello <b>all</b>', '👋 from Cy'];
  for (const [index, page] of [ann, bo, cy].entries()) {
    await page.getByLabel('Write to everybody').fill(texts[index] ?? '');
    await page.keyboard.press('Enter');
  }
  for (const page of [ann, bo, cy])
    for (const text of texts) await page.locator('.message-text', { hasText: text }).waitFor();

  await bo.getByRole('button', { name: 'React' }).click();
  await bo.getByRole('button', { name: '🎉' }).click();
  await ann.locator('.tile[aria-label="Bo"] .reaction').waitFor();
});

test('one who is alone is shown how to bring others, and whoever has the link is in the same room, nobody else', async () => {
  const ann = await enterCall(visit('한글-방'), 'Ann');
  const link = await ann.getByRole('textbox', { name: 'Link to this room' }).inputValue();
  expect(link).toBe(`${server.url}/r/${encodeURIComponent('한글-방')}`);
  const cy = await enterCall(visit('another'), 'Cy');
  const bo = await openLobby(visit('elsewhere'));
  await bo.goto(link.replace('/r/', '/?room='));
  await bo.getByRole('heading', { name: 'Join “한글-방”' }).waitFor();
  await bo.getByLabel('Your name').fill('Bo');
  await bo.keyboard.press('Enter');
  await ann.getByRole('article', { name: 'Bo' }).waitFor();
  await ann.getByRole('complementary', { name: 'You are the only one here' }).waitFor({ state: 'detached' });
  expect(await ann.locator('.tile').count()).toBe(2);
  await cy.getByRole('complementary', { name: 'You are the only one here' }).waitFor();
});

test('the connection with a peer is told in figures, on demand', async () => {
  const ann = await enterCall(visit('figures'), 'Ann');
  await enterCall(visit('figures'), 'Bo');
  const bars = ann.getByRole('button', { name: /^Connection with Bo/ });
  await ann.getByRole('button', { name: /^Connection with Bo: (good|fair|poor)/ }).waitFor();
  await bars.click();
  const dialog = ann.getByRole('dialog', { name: 'Connection with Bo' });
  await dialog.getByText(/host → |→ host|prflx/).waitFor();
  for (const what of [/\d+ ms/, /bit\/s/, /\d %/, /\d+ × \d+/])
    await dialog.locator('dd', { hasText: what }).first().waitFor();
  await ann.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('without a permission, and without it in mid-call, it is said what to do, and the call goes on', async () => {
  const page = await openLobby(visit('refused', { context: { permissions: [] } }));
  await page.addInitScript(() => {
    const refuse = (): Promise<never> => Promise.reject(new DOMException('', 'NotAllowedError'));
    navigator.mediaDevices.getUserMedia = refuse;
  });
  await page.reload();
  await page.getByRole('heading', { name: 'Camera and microphone are blocked' }).waitFor();
  await page.getByLabel('Your name').fill('Ann');
  await page.keyboard.press('Enter');
  const bo = await enterCall(visit('refused'), 'Bo');
  await videoMoves(page, pictureOf('Bo'));
  await bo.getByRole('img', { name: 'Ann is muted' }).waitFor();

  // Ann tries again, in vain, and is told once more; Bo's camera is taken away.
  await page.keyboard.press('v');
  await page.getByRole('heading', { name: 'The camera is blocked' }).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('heading', { name: 'The camera is blocked' }).waitFor({ state: 'detached' });
  await bo.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    const video = document.querySelector<HTMLVideoElement>('.tile[data-tile="camera:"] video');
    const stream = video?.srcObject as MediaStream;
    stream.getVideoTracks()[0]?.dispatchEvent(new Event('ended'));
  });
  await bo.getByRole('heading', { name: 'The camera was taken away' }).waitFor();
  await page.waitForSelector(pictureOf('Bo'), { state: 'detached' });
  expect(await page.getByRole('article', { name: 'Bo' }).count()).toBe(1);
});

test('the page asks nothing of other hosts, breaks no rule of its own policy, and its assets are kept for ever', async () => {
  const page = await openLobby(visit('hosts'));
  const asked: string[] = [];
  const broken: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && broken.push(message.text()));
  await page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective)),
  );
  const answer = await page.goto(`${server.url}/?room=hosts`);
  await page.getByLabel('Your name').fill('Ann');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'You are the only one here' }).waitFor();
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter((url) => !url.startsWith(server.url))).toEqual([]);
  expect(broken).toEqual([]);
  const policy = answer?.headers()['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const assets = asked.filter((url) => url.includes('/assets/'));
  for (const url of assets) {
    const { headers } = await fetch(url);
    expect(headers.get('cache-control')).toContain('immutable');
  }
  expect((await fetch(`${server.url}/assets/../package.json`)).status).toBe(404);
  expect((await fetch(`${server.url}/assets/%2e%2e/index.html`)).status).toBe(404);
});
