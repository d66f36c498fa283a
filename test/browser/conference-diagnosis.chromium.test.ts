import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { launchChromium } from '../support/chromium.js';
import { enterCall, pictureOf, SLOW_CAMERA } from '../support/conference-page.js';
import { startStandalone } from '../support/standalone-process.js';

let browser: Browser;

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  browser = await launchChromium([SLOW_CAMERA]);
});
afterAll(() => browser?.close());

/** What the page found of one thing, once all is through. */
async function resultOf(page: Page, name: string): Promise<string | null> {
  await page.locator('.checks[aria-busy="false"]').waitFor({ timeout: 45_000 });
  return page.locator(`[data-check="${name}"]`).getAttribute('data-result');
}

test('"why does it not work" tries each thing that a call needs, and makes a report that tells no secret', async () => {
  // Nobody answers there.
  const env = { TURN_URLS: 'turn:127.0.0.1:9?transport=tcp', TURN_SECRETS: 'a secret of the TURN server' };
  const server = await startStandalone(env);
  try {
    const permissions = ['camera', 'microphone', 'clipboard-read', 'clipboard-write'];
    const context = await browser.newContext({ permissions, locale: 'ko-KR' });
    const page = await context.newPage();
    await page.goto(`${server.url}/#diagnosis`);
    const found = new Map<string, string | null>();
    for (const name of ['browser', 'websocket', 'camera', 'microphone', 'local', 'turn.tcp', 'turn.tls'])
      found.set(name, await resultOf(page, name));
    expect(Object.fromEntries(found)).toEqual({
      ...{ browser: 'ok', websocket: 'ok', camera: 'ok', microphone: 'ok', local: 'ok' },
      ...{ 'turn.tcp': 'failed', 'turn.tls': 'warning' },
    });
    await page.getByText('작동하지 않는 것이 있습니다').waitFor();

    await page.getByRole('button', { name: '결과 복사' }).click();
    await page.getByText('복사했습니다').waitFor();
    const report = await page.evaluate(() => navigator.clipboard.readText());
    expect(report).toContain('[ok] Server (WebSocket)');
    expect(report).toContain('[failed] Relay (TURN) over TCP');
    expect(report).not.toMatch(/turn:|credential|username|secret/);

    await server.stop();
    await page.getByRole('button', { name: '다시 실행' }).click();
    await page.locator('.checks[aria-busy="true"]').waitFor();
    expect(await resultOf(page, 'websocket')).toBe('failed');
    expect(await resultOf(page, 'turn.tcp')).toBe('skipped');
    await context.close();
  } finally {
    await server.stop();
  }
});

test('HTTP-5 it tells how the call in another tab was set up, in words, and nothing of it without a call', async () => {
  const token = 'the-token-of-an-operator';
  const server = await startStandalone({ ADMIN_TOKEN: token });
  try {
    const visitor = { browser, url: server.url, room: 'setup' };
    const ann = await enterCall(visitor, 'Ann');
    await enterCall(visitor, '보');
    await ann.locator(pictureOf('보')).waitFor();
    const headers = { authorization: `Bearer ${token}` };
    const ask = async (): Promise<string> =>
      (await fetch(`${server.adminUrl}/v1/rooms/setup/timeline`, { headers })).text();
    // Their browsers tell that they are connected some seconds later.
    await expect.poll(ask, { timeout: 20_000, interval: 200 }).toContain('"step":"connected"');
    const diagnosis = await ann.context().newPage();
    await diagnosis.goto(`${server.url}/#diagnosis`);
    const verdict = diagnosis.locator('.setup [data-verdict]').first();
    await verdict.waitFor();
    expect(await verdict.getAttribute('data-verdict')).toBe('connected');
    expect(await verdict.textContent()).toMatch(/^보 Connected, \d+ ms after/);
    expect(await diagnosis.locator('.setup').textContent()).not.toContain('p_');

    expect(await ask()).not.toMatch(/v=0|candidate:|ufrag/);

    await ann.close();
    await diagnosis.reload();
    await diagnosis.getByText('No call is open in this browser').waitFor();
  } finally {
    await server.stop();
  }
});
