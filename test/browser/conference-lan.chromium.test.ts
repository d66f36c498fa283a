import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { launchChromium, videoMoves } from '../support/chromium.js';
import { enterCall, pictureOf, SLOW_CAMERA } from '../support/conference-page.js';
import { readQrCode } from '../support/read-qr-code.js';
import { startStandalone } from '../support/standalone-process.js';

const browsers: Browser[] = [];

beforeAll(async () => {
  browsers.push(...(await Promise.all([launchChromium([SLOW_CAMERA]), launchChromium([SLOW_CAMERA])])));
});
afterAll(async () => {
  for (const browser of browsers) await browser.close();
});

test('--lan: the QR code in the terminal is the printed address, and a second browser joins by it over wss', async () => {
  const server = await startStandalone({}, ['--lan']);
  try {
    expect(server.url).toMatch(/^https:\/\/\d+\.\d+\.\d+\.\d+:\d+$/);
    const code = readQrCode(server.output());
    expect(code).toBe(`${server.url}/r/lan`);
    expect(server.output()).toContain(`  ${code}\n`);
    const context = { ignoreHTTPSErrors: true };
    const [here, phone] = browsers;
    if (!here || !phone) throw new Error('no browsers');
    const { port } = new URL(server.url);
    const first = await enterCall(
      { browser: here, url: `https://127.0.0.1:${port}`, room: 'lan', context },
      'Ann',
    );
    const url = (code ?? '').replace(/\/r\/lan$/, '');
    const second = await enterCall({ browser: phone, url, room: 'lan', context }, 'Phone');
    await Promise.all([videoMoves(first, pictureOf('Phone')), videoMoves(second, pictureOf('Ann'))]);
    const link = await second.evaluate(() => [location.protocol, isSecureContext].join());
    expect(link).toBe('https:,true');
  } finally {
    await server.stop();
  }
});
