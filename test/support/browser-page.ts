import type { Page } from 'playwright-core';

import { openPage } from './chromium.js';
import { forgetPictures, pictureMoves } from './moving-picture.js';

/**
 * A page of any browser, so that a test between two browsers reads the same for both. Functions are sent to the page as
 * text: they must name nothing outside themselves.
 */
export interface BrowserPage {
  /** Runs `script` in every document from now on, before the document's own scripts. */
  before(script: () => void): Promise<void>;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  ask<A, T>(question: (argument: A) => T, argument: A): Promise<T>;
  /** Polls until `check` is true in the page; rejects after 20 s. */
  until<A>(check: (argument: A) => boolean, argument: A): Promise<void>;
  /** Closes it, and forgets what it has stored. */
  close(): Promise<void>;
}

/** Limits of `until`, in ms. */
export const POLLING = { timeout: 20_000, polling: 100 } as const;

/** A page of a browser that Playwright drives. */
export async function chromiumPage(browser: Parameters<typeof openPage>[0]): Promise<BrowserPage> {
  const page: Page = await openPage(browser);
  return {
    before: (script) => page.addInitScript(script),
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    fill: (selector, text) => page.fill(selector, text),
    click: (selector) => page.click(selector),
    ask: (question, argument) => page.evaluate(question as never, argument),
    until: async (check, argument) => void (await page.waitForFunction(check as never, argument, POLLING)),
    close: () => page.context().close(),
  };
}

/** Waits until these pages' videos show pictures that change, from now on. */
export async function videosMove(selector: string, ...pages: readonly BrowserPage[]): Promise<void> {
  for (const page of pages) await page.ask(forgetPictures, undefined);
  await Promise.all(pages.map((page) => page.until(pictureMoves, selector)));
}
