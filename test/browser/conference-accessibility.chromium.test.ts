import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { launchChromium } from '../support/chromium.js';
import { enterCall, openLobby, SLOW_CAMERA } from '../support/conference-page.js';
import type { Visitor } from '../support/conference-page.js';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';

let browser: Browser;
let server: StandaloneProcess;

vi.setConfig({ testTimeout: 90_000 });

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium([SLOW_CAMERA]), startStandalone()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** What axe finds that is serious or worse, by the screen it is on. Its script comes in by the driver, past the policy. */
async function faultsOf(page: Page, screen: string): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof import('axe-core') };
    // What is still on its way in is not what a user reads.
    await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)));
    const { violations: found } = await checker.run(document, { resultTypes: ['violations'] });
    return found.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html) }));
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${screen}: ${id}: ${nodes.join(' ').slice(0, 400)}`);
}

const refuse = (): void => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
};

type Check = (page: Page, screen: string) => Promise<void>;

/** The lobby without camera and microphone, and without a name. */
async function lookAtRefusal(visitor: Visitor, check: Check): Promise<void> {
  const refused = await openLobby(visitor);
  await refused.addInitScript(refuse);
  await refused.goto(server.url);
  await refused.getByRole('heading', { name: 'Camera and microphone are blocked' }).waitFor();
  await refused.getByText('Camera, microphone, speaker').click();
  await refused.getByRole('button', { name: 'Join now' }).click();
  await check(refused, 'lobby, refused, without a name');
}

/** From the lobby into a call with somebody. */
async function lookAtCall(visitor: Visitor, check: Check): Promise<Page> {
  const page = await openLobby(visitor);
  await page.getByText('Say something').waitFor();
  await check(page, 'lobby');
  await page.getByLabel('Your name').fill('Ann');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'You are the only one here' }).waitFor();
  await check(page, 'alone');

  const other = await enterCall(visitor, 'Bo');
  await page.getByRole('article', { name: 'Bo' }).waitFor();
  await other.keyboard.press('v');
  await other.keyboard.press('m');
  await page.keyboard.press('h');
  await page.getByRole('img', { name: 'Bo is muted' }).waitFor();
  await check(page, 'call');
  return page;
}

/** Everything that lies beside and over a call. */
async function lookBesideCall(page: Page, check: Check): Promise<void> {
  await page.keyboard.press('c');
  await page.keyboard.type('Hello');
  await page.keyboard.press('Enter');
  await check(page, 'chat');
  await page.keyboard.press('Escape');
  await page.keyboard.press('p');
  await check(page, 'people');
  for (const [key, name] of [
    ['i', 'Invite people'],
    [',', 'Settings'],
    ['Shift+?', 'Keyboard shortcuts'],
  ] as const) {
    await page.keyboard.press(key);
    const dialog = page.getByRole('dialog', { name });
    await dialog.waitFor();
    await check(page, name);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  }
  await page
    .getByRole('button', { name: /^Connection with Bo/ })
    .first()
    .click();
  await check(page, 'connection');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More' }).click();
  await check(page, 'menu');
  await page.keyboard.press('Escape');
}

test.each(['light', 'dark'] as const)('axe finds nothing serious on any screen, %s', async (colorScheme) => {
  const visitor = {
    browser,
    url: server.url,
    room: `axe-${colorScheme}`,
    context: { colorScheme, reducedMotion: 'reduce' },
  } as const;
  const faults: string[] = [];
  const check = async (page: Page, screen: string): Promise<void> => {
    faults.push(...(await faultsOf(page, screen)));
  };
  await lookAtRefusal(visitor, check);
  const page = await lookAtCall(visitor, check);
  await lookBesideCall(page, check);
  await page.keyboard.press('Shift+L');
  await page.getByRole('heading', { name: 'You have left' }).waitFor();
  await check(page, 'end');
  await page.goto(`${server.url}/#diagnosis`);
  await page.reload();
  await page.getByText('Two connections within the page').waitFor();
  await check(page, 'diagnosis');
  expect(faults).toEqual([]);
  for (const context of browser.contexts()) await context.close();
});

test('on a phone everything is in reach: nothing is cut off, and what is touched is large enough', async () => {
  const context = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const page = await openLobby({ browser, url: server.url, room: 'phone', context });
  const wide = (): Promise<boolean> =>
    page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(await wide()).toBe(false);
  await page.getByLabel('Your name').fill('Ann');
  await page.getByRole('button', { name: 'Join now' }).tap();
  await page.getByRole('complementary', { name: 'You are the only one here' }).waitFor();
  const controls = await page.getByRole('navigation', { name: 'Call controls' }).getByRole('button').all();
  const visible = [];
  for (const control of controls) if (await control.isVisible()) visible.push(await control.boundingBox());
  expect(visible.length).toBeGreaterThanOrEqual(6);
  for (const box of visible) {
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(390);
    expect(Math.min(box!.width, box!.height)).toBeGreaterThanOrEqual(44);
  }
  await page.getByRole('button', { name: 'More' }).tap();
  await page.getByRole('button', { name: 'People', exact: true }).tap();
  await page.getByRole('heading', { name: 'People (1)' }).waitFor();
  expect(await wide()).toBe(false);
  await page.context().close();
});

test('in Korean the page is Korean, and remembers it together with the name', async () => {
  const page = await openLobby({ browser, url: server.url, room: 'ko', context: { locale: 'ko-KR' } });
  await page.getByLabel('이름').fill('하늘');
  await page.getByRole('button', { name: '지금 참여하기' }).click();
  await page.getByRole('button', { name: '나가기' }).click();
  await page.getByRole('button', { name: '다시 참여하기' }).click();
  expect(await page.getByLabel('이름').inputValue()).toBe('하늘');
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('ko');
  await page.getByLabel('언어').selectOption('en');
  await page.getByRole('button', { name: 'Join now' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Join now' }).waitFor();
  await page.context().close();
});
