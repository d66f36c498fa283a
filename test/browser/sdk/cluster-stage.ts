import { stablePort, startCluster } from '@parley/testkit';
import type { Cluster, ClusterProcess } from '@parley/testkit';
import { vi } from 'vitest';

import type { BrowserPage } from '../../support/browser-page.js';
import { openPageSite } from './page-site.js';
import type { Entrance } from './page-site.js';
import type { Person } from './person.js';

/** As long as anything may take to be ready, in ms. */
const READY_MS = 15_000;

/** A cluster of two gateways and two owners of rooms, and a page that connects to some of the gateways. */
export interface ClusterStage {
  /** See `PageSite`; `gateways` are the indexes of those that the page knows, in the order in which they began. */
  enter(
    page: BrowserPage,
    name: string,
    entrance: Entrance & { readonly gateways: readonly number[] },
  ): Promise<Person>;
  /** The first gateway is killed by SIGKILL, and another started on its port; resolves when that one is ready. */
  killGateway(): Promise<void>;
  /** Each process of a kind ends by SIGTERM, and another takes its place, one after the other, as in an upgrade. */
  roll(role: 'gateway' | 'rooms'): Promise<void>;
  close(): Promise<void>;
}

/** Starts all of it; `url` is of what joins the cluster, for bus and store. */
export async function openClusterStage(url: string): Promise<ClusterStage> {
  const ports = [await stablePort(), await stablePort()];
  const [site, cluster] = await Promise.all([
    openPageSite(),
    startCluster({
      ...{ busUrl: url, storeUrl: url, gateways: ports.length, env: { DRAIN_WINDOW_S: '3' } },
      envOf: (role, index) => (role === 'gateway' ? { PORT: String(ports[index] ?? 0) } : {}),
    }),
  ]);
  let change = Promise.resolve();
  const close = async (): Promise<void> => {
    site.close();
    // What a change that a test no longer waits for still starts has to end as well.
    await change.catch(() => undefined);
    await cluster.stop(true);
  };
  await cluster.ready().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const urlOf = (gateway: number): string => `http://127.0.0.1:${ports[gateway]}`;
  const kill = async (): Promise<void> => {
    const [first] = cluster.gateways;
    await first?.kill();
    if (first !== undefined) await replaceIn(cluster, first);
  };
  const roll = async (role: 'gateway' | 'rooms'): Promise<void> => {
    const all = role === 'gateway' ? cluster.gateways : cluster.rooms;
    for (const one of all.filter((each) => each.alive())) {
      await one.stop();
      await replaceIn(cluster, one);
    }
  };
  return {
    enter: (page, name, { gateways, ...entrance }) =>
      site.enter(page, name, { ...entrance, server: gateways.map(urlOf).join(), sdk: site.sdk }),
    killGateway: () => (change = kill()),
    roll: (role) => (change = roll(role)),
    close,
  };
}

/** Starts another in the place of one that has ended, a gateway on the same port; resolves when it is ready. */
async function replaceIn(cluster: Cluster, { role, url }: ClusterProcess): Promise<void> {
  const { adminUrl } = await cluster.add(role, url === undefined ? {} : { PORT: new URL(url).port });
  await vi.waitUntil(async () => (await fetch(`${adminUrl}/readyz`)).ok, { timeout: READY_MS });
}
