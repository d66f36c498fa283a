import { expect, test } from 'vitest';
import { chromiumPage, launchChromium } from '../../support/chromium.js';
import { startSdkSite } from '../../support/sdk-site.js';
import type { SdkPage } from '../../support/sdk-site.js';
import { startStandalone } from '../../support/standalone-process.js';

/** For `ask` in a page of an SDK site: enters a call without media. Names nothing outside itself. */
async function enter({ url, quality }: { readonly url: string; readonly quality: boolean }): Promise<void> {
  const { parley } = globalThis as unknown as SdkPage;
  const signaling = parley.createSignalingClient({ urls: url, room: 'quality' });
  parley.createMeshCall({ signaling, statsEveryMs: 200, quality });
  await signaling.join();
}

test('O1 two browsers tell how their call does, a third that has opted out does not', async () => {
  const token = 'the-token-of-an-operator';
  const app = await startStandalone({ DRAIN_WINDOW_S: '0', ADMIN_TOKEN: token });
  const browser = await launchChromium();
  const site = await startSdkSite(app.url);
  const metric = async (line: string): Promise<number> => {
    const text = await (await fetch(`${new URL(app.adminUrl).origin}/metrics`)).text();
    const found = text.split('\n').filter((one) => one.startsWith(line) && !one.startsWith('#'));
    return found.reduce((sum, one) => sum + Number(one.split(' ').at(-1)), 0);
  };
  try {
    const url = `${app.url.replace('http', 'ws')}/v1/connect`;
    for (const quality of [true, true, false]) {
      const page = await chromiumPage(browser);
      await page.goto(site.url);
      await page.until(() => 'parley' in globalThis, undefined);
      await page.ask(enter, { url, quality });
    }
    // Each of the two has a pair with each of the two others.
    await expect.poll(() => metric('parley_call_connects_total'), { timeout: 40_000, interval: 200 }).toBe(4);
    expect(await metric('parley_call_connect_seconds_count')).toBe(4);
    expect(await metric('parley_call_rtt_seconds_count')).toBeGreaterThanOrEqual(4);
    expect(await metric('parley_call_connects_total{local="unknown"')).toBe(0);
    expect(await metric('parley_call_reports_total{result="invalid"}')).toBe(0);
    expect(await metric('parley_call_reports_total{result="limited"}')).toBe(0);
    // Of each pair at least one tells.
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${app.adminUrl}/v1/rooms/quality/timeline`, { headers });
    const { pairs } = (await answer.json()) as { pairs: { steps: { step: string; ms: number }[] }[] };
    const times = pairs.map(({ steps }) => steps.find(({ step }) => step === 'connected')?.ms ?? -1);
    expect(times).toHaveLength(3);
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(Math.max(...times)).toBeLessThan(10_000);
  } finally {
    await site.close();
    await browser.close();
    await app.stop();
  }
}, 90_000);
