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
  /** Polls until `check` is true in the page; rejects after 15 s. */
  until<A>(check: (argument: A) => boolean | Promise<boolean>, argument: A): Promise<void>;
  /** Closes it, and forgets what it has stored. */
  close(): Promise<void>;
}

/** Limits of `until`, in ms. */
export const POLLING = { timeout: 15_000, polling: 100 } as const;

/** Waits until these pages' videos show pictures that change, from now on. */
export async function videosMove(selector: string, ...pages: readonly BrowserPage[]): Promise<void> {
  for (const page of pages) await page.ask(forgetPictures, undefined);
  await Promise.all(pages.map((page) => page.until(pictureMoves, selector)));
}
