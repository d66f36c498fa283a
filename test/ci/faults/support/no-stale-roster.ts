import { createStore } from '@parley/rooms';
import { eventually, startCluster } from '@parley/testkit';
import type { ProxiedServer } from '@parley/testkit';
import { expect } from 'vitest';
import { joinRaw } from '../../../support/raw-client.js';
import { after, clock } from './proxied-server.js';
import { observeRoster } from './roster-observer.js';

const ROOM = 'reset';
const [BURSTS, RESETS] = [10, 50];

/**
 * Resets all links of a cluster to its server 500 times, while people join and leave (in bursts, so that in between somebody
 * gets in), and wants the room to look the same everywhere two seconds after the last: in the store, and to an observer at
 * each gateway.
 */
export async function expectNoStaleRoster({ server, proxy, url }: ProxiedServer): Promise<void> {
  const cluster = await startCluster({
    ...{ busUrl: url, storeUrl: url, turnCredentials: 0 },
    env: { SOCKET: 'ws', ADDRESS_UPGRADES_PER_SECOND: '100000' },
  });
  const store = createStore(server.url, { clock });
  try {
    await cluster.ready();
    const urls = cluster.gateways.map((gateway) => gateway.url ?? '');
    const observers = await Promise.all(urls.map((gateway) => observeRoster(gateway, ROOM)));
    const crowd = { joins: 0, over: false };
    const churn = [1, 2, 3].map(() => comeAndGo(urls, crowd));
    for (let burst = 1; burst <= BURSTS; burst += 1) {
      const before = crowd.joins;
      await eventually(clock, () => (crowd.joins > before ? undefined : 'nobody gets in'), 15_000);
      for (let reset = 1; reset <= RESETS; reset += 1) {
        await after(15);
        proxy.reset();
      }
    }
    const lastAt = clock.now();
    crowd.over = true;
    let told: readonly string[] = [];
    const areSame = async (): Promise<boolean> => {
      const stored = await store.load({ app: 'default', room: ROOM });
      told = [
        `${stored?.state.at.join('.')}: ${sorted(stored?.state.members.keys())}`,
        ...observers.map(
          ({ roster }) => `${roster()?.at.join('.')}: ${sorted(roster()?.participants.keys())}`,
        ),
      ];
      return new Set(told).size === 1;
    };
    while (!(await areSame()) && clock.now() - lastAt < 2_000) await after(20);
    expect(new Set(told).size, told.join('\n')).toBe(1);
    console.log(`the same everywhere ${Math.round(clock.now() - lastAt)} ms after the last reset`);
    await Promise.all(churn);
    expect(observers.map((observer) => observer.torn())).toEqual([false, false]);
    for (const observer of observers) observer.close();
  } finally {
    await store.close();
    await cluster.stop(true);
  }
}

interface Crowd {
  /** Granted so far. */
  joins: number;
  over: boolean;
}

/** Joins, stays a moment, leaves or just goes, again and again. Refusals are part of it. */
async function comeAndGo(urls: readonly string[], crowd: Crowd): Promise<void> {
  for (let round = 0; !crowd.over; round += 1) {
    try {
      const client = await joinRaw(urls[round % urls.length] ?? '', ROOM);
      crowd.joins += 1;
      await after(50);
      if (round % 4 !== 0) client.frame({ type: 'leave', id: 3 });
      await client.take(({ header }) => header['id'] === 3, 500).catch(() => undefined);
      client.close();
    } catch {
      await after(20);
    }
  }
}

function sorted(ids: Iterable<string> | undefined): string {
  return [...(ids ?? [])].sort().join(' ');
}
