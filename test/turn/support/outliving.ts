import { createSystemClock } from '@parley/kit';
import { eventually } from '@parley/testkit';
import type { Coturn } from '@parley/testkit';
import { expect } from 'vitest';
import type { BrowserPage } from '../../support/browser-page.js';
import { startSdkSite } from '../../support/sdk-site.js';
import { holdRelayedCall, watchRelayedCall } from './relayed-call.js';
import type { HeldCall } from './relayed-call.js';
import { credentialIn, startApp, tryAllocation } from './turn-world.js';

/** A page of a call, and how long its picture may stand still, in ms. */
export interface Party {
  readonly page: BrowserPage;
  readonly patienceMs: number;
}

/** The shortest life that credentials may have. */
const LIFE_S = 10;
const LIVES = 3;

/**
 * Lets two pages hold a call through the TURN server alone, for longer than three lives of a credential, and looks at it
 * then: it never stood still, and was restarted with renewed credentials. Resolves with what it saw.
 */
export async function outliveCredentials(
  turn: Coturn,
  secret: string,
  parties: readonly Party[],
): Promise<readonly HeldCall[]> {
  const pages = parties.map(({ page }) => page);
  const app = await startApp(turn, [secret], { TURN_TTL_S: String(LIFE_S), TURN_MINTS_PER_MINUTE: '30' });
  const site = await startSdkSite(app.url);
  try {
    const url = `${app.url.replace('http', 'ws')}/v1/connect`;
    for (const page of pages) {
      await page.goto(site.url);
      await page.until(() => 'parley' in globalThis, undefined);
      await page.ask(holdRelayedCall, { url, room: 'relayed' });
      await page.ask(watchRelayedCall, undefined);
    }
    for (const page of pages) await lasts(page, (LIVES * LIFE_S + 2) * 1_000);
    const seen = await Promise.all(pages.map(held));
    seen.forEach((one, index) => look(one, parties[index]?.patienceMs ?? 0));
    for (const { iceServers } of seen) {
      const [first, last] = [iceServers[0] ?? [], iceServers.at(-1) ?? []].map(credentialIn);
      if (!first || !last) throw new Error('no credential');
      expect(await tryAllocation(turn, first)).toEqual({ ok: false, code: 401 });
      expect(turn.allocations()).toContain(first.username);
      // It may have come a moment ago.
      const isUsed = (): boolean => turn.allocations().includes(last.username);
      await eventually(
        createSystemClock(),
        () => (isUsed() ? undefined : 'the last credential allocates nothing'),
        10_000,
      );
    }
    return seen;
  } finally {
    for (const page of pages) await page.close();
    await site.close();
    await app.stop();
  }
}

function held(page: BrowserPage): Promise<HeldCall> {
  return page.ask(() => (globalThis as unknown as { held: HeldCall }).held, undefined);
}

/** Waits until the call has lasted so long: as a page's patience is 15 s, it is asked again each 10 s. */
async function lasts(page: BrowserPage, ms: number): Promise<void> {
  for (let goal = 0; goal < ms;) {
    goal = Math.min(ms, goal + 10_000);
    try {
      await page.until((wanted) => (globalThis as unknown as { held: HeldCall }).held.heldMs >= wanted, goal);
    } catch (cause) {
      throw new Error(`the call did not last ${goal} ms: ${JSON.stringify(await held(page))}`, { cause });
    }
  }
}

function look(seen: HeldCall, patienceMs: number): void {
  const { longestGapMs, iceServers, generations, states, connections, faults, generation, pairs } = seen;
  expect(faults).toEqual([]);
  // For a moment the other end's candidate may be known from its packets alone, as `prflx`: it is looked at there.
  expect(pairs).toContain('relay/relay');
  expect(pairs.filter((pair) => !pair.startsWith('relay/'))).toEqual([]);
  expect(iceServers.length).toBeGreaterThan(LIVES);
  // Each of these but the first is an ICE restart.
  expect(generations.length).toBeGreaterThan(LIVES);
  expect(generations.indexOf(generation)).toBeGreaterThanOrEqual(LIVES);
  expect(longestGapMs).toBeLessThan(patienceMs);
  expect({ connections, states }).toEqual({ connections: 1, states: { connecting: 1, connected: 1 } });
}

/** One line that tells what was seen, for the report of a test. */
export function summary(seen: readonly HeldCall[], turn: Coturn): string {
  const sides = seen.map(({ heldMs, decoded, longestGapMs, generations, iceServers, pairs }) =>
    [
      `${(heldMs / 1_000).toFixed(1)} s, ${decoded} frames, longest gap ${Math.round(longestGapMs)} ms`,
      `${generations.length - 1} ICE restarts, ${iceServers.length} credentials, ${pairs.join(' ')}`,
    ].join(', '),
  );
  const users = turn.allocations();
  return `${sides.join(' | ')} | ${users.length} allocations by ${new Set(users).size} credentials`;
}
