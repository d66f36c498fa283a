import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWorld } from './support.js';
import type { Watched } from './support.js';

type World = ReturnType<typeof createWorld>;

const URLS = ['ws://a/v1/connect', 'ws://b/v1/connect', 'ws://c/v1/connect'];
const TROUBLE_MS = 30_000;

/** 150 signals and 30 messages at random times; what was queued, by pair. */
function talk({ clock, random }: World, clients: readonly Watched[]) {
  const sent = new Map<string, string[]>();
  const asked: Promise<void>[] = [];
  for (let i = 0; i < 150; i += 1) {
    clock.after(random.below(TROUBLE_MS), () => {
      const from = random.pick(clients);
      const to = random.pick(clients.filter((other) => other !== from));
      const key = `${from.client.id} ${to.client.id}`;
      const line = sent.get(key) ?? [];
      if (from.client.send(to.client.id!, { payload: String(i) }) === 'queued')
        sent.set(key, [...line, String(i)]);
      if (i % 5 === 0) asked.push(from.client.message(`m${i}`).catch(() => undefined));
    });
  }
  return { sent, asked };
}

function trouble({ clock, random, service }: World): void {
  const { gateway, faults } = service;
  const kinds = [
    () => random.pick(service.open()).close(1006),
    () => random.pick(service.open()).goodbye(4200, 'resume', random.below(2_000)),
    () => service.cut(),
    () => (gateway(random.pick(['a', 'b', 'c'])).mode = random.pick(['up', 'dead', 'mute', 'never'])),
    () =>
      (gateway(random.pick(['a', 'b', 'c'])).joinError = random.chance(0.5)
        ? { code: 'draining' }
        : undefined),
    () => (faults.history = random.pick([0, 64])),
    () => random.pick(service.open()).tell({ type: 'degraded', degraded: random.chance(0.5) }),
  ];
  for (let i = 0; i < 25; i += 1) {
    clock.after(random.below(TROUBLE_MS), () => service.open().length > 0 && random.pick(kinds)());
  }
}

function heal({ service }: World): void {
  for (const host of ['a', 'b', 'c'])
    Object.assign(service.gateway(host), { mode: 'up', joinError: undefined });
  service.faults.loss = 0;
}

function check(
  { service }: World,
  clients: readonly Watched[],
  sent: ReadonlyMap<string, readonly string[]>,
): void {
  for (const { client, of } of clients) {
    expect(client.state.name).toBe('joined');
    expect(client.roster!.at).toEqual(service.position());
    const statuses = [...client.roster!.participants.values()].map(({ status }) => status);
    expect(statuses).toEqual(['online', 'online', 'online']);
    expect([of('fault'), of('rejoined'), of('left'), of('reset')]).toEqual([[], [], [], []]);
    // A snapshot in place of batches costs messages, but none comes twice.
    const data = of('message').map((message) => message.data);
    expect(new Set(data).size).toBe(data.length);
  }
  for (const [key, payloads] of sent) {
    const [from, to] = key.split(' ');
    expect(clients.find(({ client }) => client.id === to)!.got.get(from!)).toEqual(payloads);
  }
  expect(service.open().length).toBe(3);
}

test('cuts, drains, losses, dead gateways: every signal once and in order, every promise settles, nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.constantFrom(0, 0.3), async (seed, loss) => {
      const world = createWorld(seed, { resumeMs: 60_000 });
      const { clock, service, join } = world;
      const clients = [await join({ urls: URLS }), await join({ urls: URLS }), await join({ urls: URLS })];
      service.faults.loss = loss;
      const { sent, asked } = talk(world, clients);
      trouble(world);
      await clock.advance(TROUBLE_MS);
      heal(world);
      await clock.advance(120_000);
      check(world, clients, sent);
      await Promise.all(asked);
      const leaving = clients.map(({ client }) => client.leave());
      await clock.advance(2_000);
      await Promise.all(leaving);
      await clock.advance(100_000);
      expect([service.open().length, service.members.size, clock.pending]).toEqual([0, 0, 0]);
    }),
    { numRuns: 40 },
  );
});
