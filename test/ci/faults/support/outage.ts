import { startCluster } from '@parley/testkit';
import type { Cluster, ClusterProcess, ProxiedServer } from '@parley/testkit';
import { expect } from 'vitest';
import { joinRaw, openRaw, randomKey } from '../../../support/raw-client.js';
import type { RawClient } from '../../../support/raw-client.js';
import { after, clock } from './proxied-server.js';

/** Longer than anything of the outage but the patience of readiness (30 s). */
const SHORT_MS = 12_000;

/**
 * Cuts a cluster off from the one server that is its bus and its store, as by a blackhole: for 12 s, in which every join is
 * answered within 2.5 s and nothing else happens to anybody, and then for as long as it takes until nobody is ready.
 */
export async function expectOutageEndured({ proxy, url }: ProxiedServer): Promise<void> {
  const cluster = await startCluster({
    ...{ busUrl: url, storeUrl: url, turnCredentials: 0 },
    env: { SOCKET: 'ws', ADDRESS_UPGRADES_PER_SECOND: '100000' },
  });
  try {
    await cluster.ready();
    const urls = cluster.gateways.map((gateway) => gateway.url ?? '');
    const members = await Promise.all([...urls, ...urls].map(joinUntilGranted));
    const probes = await Promise.all([...urls, ...urls].map(openJoiner));
    proxy.set({ blackhole: true });
    const begunAt = clock.now();
    const [answers] = await Promise.all([
      Promise.all(probes.map((probe) => askUntil(probe, begunAt + SHORT_MS))),
      expectDegraded(cluster, begunAt + 5_000).then(() => expectReady(cluster, begunAt + SHORT_MS)),
    ]);
    for (const { ms, header } of answers.flat()) {
      expect(header).toMatchObject({ error: { code: 'unavailable', retryAfterMs: expect.any(Number) } });
      expect(ms).toBeLessThan(2_500);
    }
    proxy.heal();
    const healedAt = clock.now();
    await Promise.all(probes.map((probe) => joinAgain(probe, healedAt + 5_000)));
    await expectWell(cluster, healedAt + 5_000);
    expectUndisturbed(members);
    proxy.set({ blackhole: true });
    await expectUnready(cluster);
    // Who is not ready still lives: nobody is to restart it, and its clients stay.
    for (const { adminUrl } of all(cluster)) expect((await fetch(`${adminUrl}/healthz`)).status).toBe(200);
    expectUndisturbed(members);
    for (const client of [...members, ...probes]) client.terminate();
  } finally {
    proxy.heal();
    await cluster.stop(true);
  }
}

/** A gateway is ready before it has heard of all that there is. */
async function joinUntilGranted(url: string): Promise<RawClient> {
  for (const endsAt = clock.now() + 5_000; ; await after(100)) {
    try {
      return await joinRaw(url, 'standup');
    } catch (error) {
      if (clock.now() > endsAt) throw error;
    }
  }
}

/** Somebody who has said hello and will ask to join. */
async function openJoiner(url: string): Promise<RawClient> {
  const client = await openRaw(`${url.replace('http', 'ws')}/v1/connect`);
  client.frame({ type: 'hello', id: 1 });
  await client.nextOf('welcome');
  return client;
}

interface Answer {
  readonly ms: number;
  readonly header: Readonly<Record<string, unknown>>;
}

let asked = 1;

async function ask(client: RawClient): Promise<Answer> {
  const id = (asked += 1);
  const startedAt = clock.now();
  client.frame({ type: 'join', id, room: `r${id}`, key: randomKey(), n: 1, name: 'P', caps: ['link1'] });
  const { header } = await client.take((frame) => frame.header['id'] === id, 10_000);
  return { ms: clock.now() - startedAt, header };
}

/** Asks again and again, as a client that does not wait as it was told. */
async function askUntil(client: RawClient, endsAt: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (clock.now() < endsAt - 2_500) {
    answers.push(await ask(client));
    await after(200);
  }
  return answers;
}

async function joinAgain(client: RawClient, endsAt: number): Promise<void> {
  for (;;) {
    const { header } = await ask(client);
    if (header['type'] === 'reply' && header['error'] === undefined) return;
    expect(clock.now(), JSON.stringify(header)).toBeLessThan(endsAt);
    await after(100);
  }
}

function all(cluster: Cluster): readonly ClusterProcess[] {
  return [...cluster.gateways, ...cluster.rooms];
}

interface Look {
  readonly status: number;
  readonly reasons: readonly string[];
}

function lookAt(cluster: Cluster): Promise<readonly Look[]> {
  return Promise.all(
    all(cluster).map(async ({ adminUrl }) => {
      const response = await fetch(`${adminUrl}/readyz`);
      const { reasons } = (await response.json()) as { readonly reasons: readonly string[] };
      return { status: response.status, reasons };
    }),
  );
}

/** Every process says what is wrong, in the body of its probe and in a metric, and none is unready for it. */
async function expectDegraded(cluster: Cluster, endsAt: number): Promise<void> {
  for (;;) {
    const looks = await lookAt(cluster);
    expect(looks.map(({ status }) => status)).toEqual(looks.map(() => 200));
    if (looks.every(({ reasons }) => reasons.includes('bus-unheard'))) break;
    expect(clock.now(), JSON.stringify(looks)).toBeLessThan(endsAt);
    await after(100);
  }
  await after(500);
  for (const { adminUrl } of all(cluster)) {
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^parley_degraded\{.*reason="bus-unheard".*\} 1$/m);
  }
}

async function expectWell(cluster: Cluster, endsAt: number): Promise<void> {
  for (;;) {
    const looks = await lookAt(cluster);
    if (looks.every(({ reasons }) => reasons.length === 0)) return;
    expect(clock.now(), JSON.stringify(looks)).toBeLessThan(endsAt);
    await after(100);
  }
}

async function expectReady(cluster: Cluster, endsAt: number): Promise<void> {
  while (clock.now() < endsAt) {
    for (const { status } of await lookAt(cluster)) expect(status).toBe(200);
    await after(250);
  }
}

/** After 30 s that all of this lasts, and not before, nobody is ready any more. */
async function expectUnready(cluster: Cluster): Promise<void> {
  const begunAt = clock.now();
  for (;;) {
    const looks = await lookAt(cluster);
    const ms = clock.now() - begunAt;
    if (ms < 30_000) expect(looks.map(({ status }) => status)).toEqual(looks.map(() => 200));
    if (looks.every(({ status }) => status === 503)) return;
    expect(ms, JSON.stringify(looks)).toBeLessThan(35_000);
    await after(250);
  }
}

/** Connected all the time, and nobody left nor was away for them. */
function expectUndisturbed(members: readonly RawClient[]): void {
  for (const { socket, waiting } of members) {
    expect(socket.readyState).toBe(socket.OPEN);
    const seen = waiting.flatMap(({ payload = '', header }) =>
      header['type'] === 'batch' ? (JSON.parse(payload) as { readonly what: string }[]) : [],
    );
    expect(seen.filter(({ what }) => what !== 'joined')).toEqual([]);
  }
}
