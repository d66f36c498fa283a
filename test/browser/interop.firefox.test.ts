import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';

import { videosMove } from '../support/browser-page.js';
import type { BrowserPage } from '../support/browser-page.js';
import { chromiumPage, launchChromium } from '../support/chromium.js';
import { launchFirefox } from '../support/firefox.js';
import type { Firefox } from '../support/firefox.js';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';

type Name = 'firefox' | 'chromium';

const TUTORIAL = readFileSync(new URL('tutorial.html', import.meta.url), 'utf8');

let chromium: Browser;
let firefox: Firefox;
let server: StandaloneProcess;
let tutorials: Server;

vi.setConfig({ testTimeout: 40_000 });

beforeAll(async () => {
  [chromium, firefox, server] = await Promise.all([launchChromium(), launchFirefox(), startStandalone()]);
  tutorials = createServer(({ url = '' }, response) => {
    const address = `${server.url.replace('http', 'ws')}/signaling${url.slice(1)}`;
    const page = TUTORIAL.replace('window.SIGNALING_URL', JSON.stringify(address));
    response.setHeader('content-type', 'text/html').end(page);
  });
  await new Promise<void>((resolve) => tutorials.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await Promise.all([chromium?.close(), firefox?.close(), server?.stop()]);
  tutorials?.close();
});

/** An empty page of each browser, in the order in which they are to come. */
async function pagesOf(first: Name): Promise<Record<Name | 'first' | 'second', BrowserPage>> {
  const pages = { firefox: await firefox.openPage(), chromium: await chromiumPage(chromium) };
  onTestFinished(async () => void (await Promise.all([pages.firefox.close(), pages.chromium.close()])));
  await Promise.all([pages.firefox.before(keepConnection), pages.chromium.before(keepConnection)]);
  const second = first === 'firefox' ? 'chromium' : 'firefox';
  return { ...pages, first: pages[first], second: pages[second] };
}

async function join(page: BrowserPage, name: string): Promise<void> {
  await page.fill('#name', name);
  await page.click('#lobby button');
}

/** Goes to a room of the two-person page and joins, the first one first. */
async function call(room: string, first: BrowserPage, second: BrowserPage): Promise<void> {
  for (const page of [first, second]) await page.goto(`${server.url}/#${room}`);
  await join(first, 'first');
  await first.until(() => document.querySelector('#state')?.textContent === 'Connected', undefined);
  await join(second, 'second');
}

/** For `before`: keeps the page's newest connection where the test finds it. */
function keepConnection(): void {
  const keep = (connection: RTCPeerConnection): unknown => Object.assign(globalThis, { connection });
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      keep(this);
    }
  };
}

/**
 * For `until`: one live audio track, and sound in what arrives. `muted` tells nothing: in Chromium it stays true on a
 * connection whose own offer was rolled back, although media arrive.
 */
async function hearsOther(): Promise<boolean> {
  const { connection } = globalThis as unknown as { connection?: RTCPeerConnection };
  const stream = document.querySelector<HTMLVideoElement>('#remote')?.srcObject;
  if (connection === undefined || !(stream instanceof MediaStream)) return false;
  const [track, ...more] = stream.getAudioTracks();
  if (track?.readyState !== 'live' || more.length > 0) return false;
  const receiver = connection.getReceivers().find((one) => one.track === track);
  const stats = [...((await receiver?.getStats()) ?? new Map<string, unknown>()).values()];
  return stats.some(({ type, totalAudioEnergy }) => type === 'inbound-rtp' && totalAudioEnergy > 0);
}

async function seeAndHear(...pages: readonly BrowserPage[]): Promise<void> {
  await videosMove('#remote', ...pages);
  await Promise.all(pages.map((page) => page.until(hearsOther, undefined)));
}

/** Whose description was the offer: that of a side which was answered. */
function offered(page: BrowserPage): Promise<boolean> {
  return page.ask(() => {
    const { connection } = globalThis as unknown as { connection: RTCPeerConnection };
    return connection.currentLocalDescription?.type === 'offer';
  }, undefined);
}

test.each<Name>(['firefox', 'chromium'])(
  'Firefox and Chromium see and hear each other, %s joining first, and Firefox is back after a reload',
  async (name) => {
    const { first, second, ...pages } = await pagesOf(name);
    await call(`first-${name}`, first, second);
    await seeAndHear(first, second);

    await pages.firefox.reload();
    await join(pages.firefox, 'Firefox again');
    await pages.chromium.until(
      () => document.querySelector('#peer')?.textContent === 'Firefox again',
      undefined,
    );
    await seeAndHear(first, second);
  },
);

test('either browser answers the offer of the other one', async () => {
  const { firefox, chromium } = await pagesOf('firefox');
  await call('offers', firefox, chromium);
  const offerers = new Set<Name>();
  // The lesser of two random ids offers, so it takes a few calls until each of them has.
  for (let calls = 1; ; calls++) {
    await seeAndHear(firefox, chromium);
    offerers.add((await offered(firefox)) ? 'firefox' : 'chromium');
    expect(await offered(chromium)).toBe(!(await offered(firefox)));
    if (offerers.size === 2) break;
    expect(calls).toBeLessThan(20);
    // Both come back, as only then both ids are new and each of the two is as likely to offer as the other.
    for (const page of [firefox, chromium]) await page.click('#leave');
    await join(firefox, 'again');
    await join(chromium, 'again');
  }
});

test.each<Name>(['firefox', 'chromium'])(
  "[PLAIN-1] two tutorial pages, %s opened first, see each other's moving video",
  async (name) => {
    const { first, second } = await pagesOf(name);
    const address = `http://127.0.0.1:${(tutorials.address() as AddressInfo).port}/?room=tutorial-${name}`;
    await first.goto(address);
    await videosMove('#local', first);
    await second.goto(address);
    await seeAndHear(first, second);
  },
);
