import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { forgetFrames, launchChromium, openPage, videoMoves } from '../support/chromium.js';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';

/** A page as tutorials print it; it stands on a server of its own, and knows nothing of Parley but an address. */
const TUTORIAL = readFileSync(new URL('tutorial.html', import.meta.url), 'utf8');

let browser: Browser;
let server: StandaloneProcess;
let pages: Server;

beforeAll(async () => {
  pages = createServer((_, response) => response.setHeader('content-type', 'text/html').end(TUTORIAL));
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
});
afterAll(async () => {
  await browser?.close();
  pages?.close();
  await server?.stop();
});

async function open(room: string): Promise<Page> {
  const page = await openPage(browser);
  const address = `${server.url.replace('http', 'ws')}/signaling?room=${room}`;
  await page.addInitScript((url) => Object.assign(globalThis, { SIGNALING_URL: url }), address);
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
  return page;
}

test("[PLAIN-1] two tutorial pages see each other's moving video, and one that reloads gets its place back", async () => {
  const first = await open('tutorial');
  await videoMoves(first, '#local');
  const second = await open('tutorial');
  await Promise.all([videoMoves(first, '#remote'), videoMoves(second, '#remote')]);

  await second.reload();
  await forgetFrames(first);
  await Promise.all([videoMoves(first, '#remote'), videoMoves(second, '#remote')]);
  await Promise.all([first.context().close(), second.context().close()]);
});
