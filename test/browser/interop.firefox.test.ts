import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished, test, vi } from 'vitest';

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
