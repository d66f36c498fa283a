import { setTimeout as pause } from 'node:timers/promises';
import { createFaultProxy } from '@parley/testkit';
import type { FaultProxy } from '@parley/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, openPage } from '../support/chromium.js';
import { startSdkSite } from '../support/sdk-site.js';
import type { SdkSite } from '../support/sdk-site.js';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';
import { assertEachOnceInOrder } from './cut-sockets/each-once-in-order.js';
import { exchange } from './cut-sockets/exchange.js';
import type { Progress } from './cut-sockets/exchange.js';

const POLLING = { polling: 100, timeout: 30_000 };

let browser: Browser;
let server: StandaloneProcess;
let site: SdkSite;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
  site = await startSdkSite(server.url);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await server?.stop();
});

/** One of the two: a page whose sockets go through a proxy of its own. */
interface Party {
  readonly page: Page;
  readonly proxy: FaultProxy;
}

interface Plan {
  readonly room: string;
  readonly seconds: number;
  /** Numbers that each of the two sends to the other one. */
  readonly total: number;
  readonly resending: boolean;
}

async function enter({ room, seconds, total, resending }: Plan): Promise<Party> {
  const proxy = await createFaultProxy({ target: { port: Number(new URL(server.url).port) } });
  const page = await openPage(browser);
  await page.goto(site.url);
  await page.waitForFunction(() => 'parley' in globalThis, undefined, POLLING);
  const url = `ws://127.0.0.1:${proxy.port}/v1/connect`;
  await page.evaluate(exchange, { url, room, total, overMs: seconds * 1_000, resending });
  return { page, proxy };
}

function progress({ page }: Party): Promise<Omit<Progress, 'client'>> {
  return page.evaluate(() => {
    const { client: _, ...rest } = (globalThis as unknown as { progress: Progress }).progress;
    return rest;
  });
}

/** Cuts all sockets of both each second, for as long as the plan says; resolves with how often each lost its socket. */
async function cutEachSecond(parties: readonly Party[], seconds: number): Promise<number[]> {
  for (let second = 1; second <= seconds; second += 1) {
    await pause(1_000);
    for (const { proxy } of parties) proxy.reset();
  }
  return parties.map(({ proxy }) => proxy.counts.cut);
}

async function end(parties: readonly Party[]): Promise<Omit<Progress, 'client'>[]> {
  // Whatever is still to come comes before this is answered.
  for (const { page } of parties) {
    await page.evaluate(() => (globalThis as unknown as { progress: Progress }).progress.client.leave());
  }
  const outcomes = await Promise.all(parties.map(progress));
  for (const { page, proxy } of parties) {
    await page.context().close();
    await proxy.close();
  }
  return outcomes;
}

async function meet(plan: Plan): Promise<Party[]> {
  const parties = [await enter(plan), await enter(plan)];
  for (const { page } of parties) {
    await page.waitForFunction(
      () => (globalThis as unknown as { progress: Progress }).progress.met,
      undefined,
      POLLING,
    );
  }
  return parties;
}

describe.concurrent('every socket is cut each second', () => {
  test('[LINK-5] for a minute: 2,000 numbered signals arrive once each, and in order', async () => {
    const total = 1_000;
    const parties = await meet({ room: 'cut', seconds: 60, total, resending: true });
    const cuts = await cutEachSecond(parties, 60);
    const during = (await Promise.all(parties.map(progress))).map(({ arrived }) => arrived.length);
    await Promise.all(
      parties.map(({ page }) =>
        page.waitForFunction(
          (all) => (globalThis as unknown as { progress: Progress }).progress.arrived.length >= all,
          total,
          POLLING,
        ),
      ),
    );
    const outcomes = await end(parties);
    console.log(
      `2,000 signals, sockets cut ${cuts.join(' and ')} times; arrived during the cuts: ${during.join(' and ')}`,
    );
    for (const { arrived, events } of outcomes) {
      assertEachOnceInOrder(arrived, total);
      expect(events).toEqual([]);
    }
    // Now and then a client has no socket to lose: it waits a second or two after one that was cut before it could join.
    for (const cut of cuts) expect(cut).toBeGreaterThan(40);
  }, 110_000);

  test('[LINK-7] with resending switched off the same test fails', async () => {
    const total = 200;
    const parties = await meet({ room: 'cut without resending', seconds: 10, total, resending: false });
    await cutEachSecond(parties, 10);
    const suppressed = async (): Promise<number> => {
      const all = await Promise.all(parties.map(progress));
      return all.reduce((sum, one) => sum + one.suppressed, 0);
    };
    // The links have tried since, in vain: nothing will arrive any more.
    const before = await suppressed();
    await expect.poll(suppressed, { timeout: 30_000, interval: 100 }).toBeGreaterThan(before + 3);
    const outcomes = await end(parties);
    const numbers = outcomes.map(({ arrived }) => arrived.length);
    console.log(`without resending ${numbers.join(' and ')} of ${total} signals arrived`);
    expect(() => outcomes.forEach(({ arrived }) => assertEachOnceInOrder(arrived, total))).toThrow(
      /never arrived/,
    );
  }, 60_000);
});
