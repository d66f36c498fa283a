import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A flag of Chromium: pictures of the fake camera are few, as several pages share what encodes them. */
export const SLOW_CAMERA = '--use-fake-device-for-media-stream=fps=8';

/** Somebody at the conference page. */
export interface Visitor {
  readonly browser: Browser;
  readonly url: string;
  readonly room: string;
  readonly context?: BrowserContextOptions;
}

/** The page, open at the lobby of a room, in a context of its own; errors of its scripts fail the test. */
export async function openLobby({ browser, url, room, context = {} }: Visitor): Promise<Page> {
  const own = await browser.newContext({
    permissions: ['camera', 'microphone'],
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    ...context,
  });
  const page = await own.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(`${url}/r/${encodeURIComponent(room)}`);
  return page;
}

/** As `openLobby`, and in the call under a name. */
export async function enterCall(visitor: Visitor, name: string): Promise<Page> {
  const page = await openLobby(visitor);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join now' }).click();
  await page.getByRole('navigation', { name: 'Call controls' }).waitFor();
  return page;
}

/** The selector of somebody's picture in the call. */
export function pictureOf(name: string): string {
  return `.tile[aria-label="${name}"] video`;
}

/** Presses Tab until the element of that name has the focus, as somebody does who has no mouse. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const { activeElement } = document;
      const label = activeElement?.id ? document.querySelector(`label[for="${activeElement.id}"]`) : null;
      return activeElement?.getAttribute('aria-label') ?? (label ?? activeElement)?.textContent ?? '';
    });
  const passed: string[] = [];
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    passed.push(await focused());
    if (passed.at(-1) === name) return;
  }
  throw new Error(`Tab does not lead to “${name}”, only to ${passed.join(' | ')}`);
}
