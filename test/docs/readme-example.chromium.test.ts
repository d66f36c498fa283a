import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openPage, videoMoves } from '../support/chromium.js';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';
import { codeBlock } from './code-blocks.js';

const MOST_LINES = 15;

let browser: Browser;
let standalone: StandaloneProcess;
let site: Server;

beforeAll(async () => {
  [browser, standalone] = await Promise.all([launchChromium(), startStandalone()]);
  const { code } = codeBlock('README.md', 'js', 'createMeshCall');
  // The page is of another origin than the app: only the two addresses differ from what the README says.
  for (const address of ["'/sdk.js'", 'ws://127.0.0.1:8080/']) expect(code).toContain(address);
  const script = code
    .replace("'/sdk.js'", `'${standalone.url}/sdk.js'`)
    .replace('ws://127.0.0.1:8080/', `${standalone.url.replace('http', 'ws')}/`);
  site = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>README</title><body><script type="module">${script}</script>`);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
});
afterAll(async () => {
  site?.closeAllConnections();
  site?.close();
  await Promise.all([browser?.close(), standalone?.stop()]);
});

async function visit(): Promise<{ readonly page: Page; readonly faults: Error[] }> {
  const page = await openPage(browser);
  const faults: Error[] = [];
  page.on('pageerror', (error) => faults.push(error));
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  return { page, faults };
}

test('the SDK in 15 lines: two who open the page see each other, and one that closes it is gone', async () => {
  expect(codeBlock('README.md', 'js', 'createMeshCall').lines).toBeLessThanOrEqual(MOST_LINES);
  const ann = await visit();
  const bo = await visit();
  for (const { page } of [ann, bo]) {
    await videoMoves(page, 'video#me');
    await videoMoves(page, 'video:not(#me)');
  }
  // Also the sound of the other one is in that video.
  const kinds = await ann.page.evaluate(() => {
    const stream = document.querySelector<HTMLVideoElement>('video:not(#me)')?.srcObject as MediaStream;
    return stream.getTracks().map(({ kind }) => kind);
  });
  expect(kinds.sort()).toEqual(['audio', 'video']);
  await bo.page.close({ runBeforeUnload: true });
  await ann.page.waitForFunction(() => document.querySelectorAll('video').length === 1);
  expect([...ann.faults, ...bo.faults]).toEqual([]);
});
