import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetFrames, launchChromium, openPage, videoMoves } from '../support/chromium.js';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';

let browser: Browser;
let server: StandaloneProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function join(name: string, room: string): Promise<Page> {
  const page = await openPage(browser);
  await page.goto(`${server.url}/#${room}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join' }).click();
  return page;
}

test('two people see each other move, and one who reloads is back', async () => {
  const [ann, bo] = [await join('Ann', 'standup'), await join('Bo', 'standup')];
  await Promise.all([videoMoves(ann, '#remote'), videoMoves(bo, '#remote')]);
  expect(await ann.textContent('#peer')).toBe('Bo');

  await bo.reload();
  await bo.getByLabel('Your name').fill('Bo again');
  await bo.getByRole('button', { name: 'Join' }).click();
  await ann.waitForFunction(() => document.querySelector('#peer')?.textContent === 'Bo again');
  await forgetFrames(ann);
  await Promise.all([videoMoves(ann, '#remote'), videoMoves(bo, '#remote')]);
  await Promise.all([ann.context().close(), bo.context().close()]);
});

test('people of different rooms never meet', async () => {
  const [ann, bo] = [await join('Ann', 'one'), await join('Bo', 'two')];
  for (const page of [ann, bo]) await page.getByText('Connected').waitFor();
  expect(await ann.textContent('#peer')).toContain('Waiting');
  expect(await bo.textContent('#peer')).toContain('Waiting');
  await Promise.all([ann.context().close(), bo.context().close()]);
});

test('the page asks nothing of other hosts and runs no script of others', async () => {
  const page = await openPage(browser);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const answer = await page.goto(server.url);
  await page.getByLabel('Your name').waitFor();
  expect(asked.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([]);
  expect(answer?.headers()['content-security-policy']).toContain("default-src 'none'");
  await page.context().close();
});
