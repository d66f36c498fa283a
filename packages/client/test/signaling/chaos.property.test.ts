import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWorld } from './support.js';

const URLS = ['ws://a/v1/connect', 'ws://b/v1/connect', 'ws://c/v1/connect'];

test('cuts, drains, losses, dead gateways: every signal once and in order, every promise settles, nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.constantFrom(0, 0.3), async (seed, loss) => {
      const { clock, random, service, join } = createWorld(seed, { resumeMs: 60_000 });
      const clients = [await join({ urls: URLS }), await join({ urls: URLS }), await join({ urls: URLS })];
      const sent = new Map<string, string[]>();
      const settled: string[] = [];
      const asked: Promise<unknown>[] = [];
      service.faults.loss = loss;
      for (let i = 0; i < 150; i += 1) {
        clock.after(random.below(30_000), () => {
          const from = random.pick(clients);
          const to = random.pick(clients.filter((other) => other !== from));
          const key = `${from.client.id} ${to.client.id}`;
          const line = sent.get(key) ?? [];
          if (from.client.send(to.client.id!, { payload: String(i) }) === 'queued')
            sent.set(key, [...line, String(i)]);
          if (i % 5 > 0) return;
          asked.push(
            from.client
              .message(`m${i}`)
              .then(() => settled.push(`m${i}`))
              .catch(() => undefined),
          );
        });
      }
      for (let i = 0; i < 25; i += 1) {
        clock.after(random.below(30_000), () => {
          const open = service.open();
          const peer = open[random.below(Math.max(1, open.length))];
          const host = random.pick(['a', 'b', 'c']);
          const { gateway } = service;
          const fault = random.below(6);
          if (fault === 0) peer?.close(1006);
          if (fault === 1) peer?.goodbye(4200, 'resume', random.below(2_000));
          if (fault === 2) service.cut();
          if (fault === 3) gateway(host).mode = random.pick(['up', 'dead', 'mute', 'never'] as const);
          if (fault === 4) gateway(host).joinError = random.chance(0.5) ? { code: 'draining' } : undefined;
          if (fault === 5) service.faults.history = random.pick([0, 64]);
        });
      }
      await clock.advance(30_000);
      for (const host of ['a', 'b', 'c'])
        Object.assign(service.gateway(host), { mode: 'up', joinError: undefined });
      service.faults.loss = 0;
      await clock.advance(120_000);
      for (const { client, of } of clients) {
        expect(client.state.name).toBe('joined');
        expect(client.roster!.at).toEqual(service.position());
        expect([...client.roster!.participants.values()].map(({ status }) => status)).toEqual([
          'online',
          'online',
          'online',
        ]);
        expect([of('fault'), of('rejoined'), of('left'), of('reset')]).toEqual([[], [], [], []]);
      }
      for (const [key, payloads] of sent) {
        const [from, to] = key.split(' ');
        expect(clients.find(({ client }) => client.id === to)!.got.get(from!)).toEqual(payloads);
      }
      await Promise.all(asked);
      // A snapshot in place of batches costs messages, but none comes twice, and what was granted was done.
      for (const { of } of clients) {
        const data = of('message').map((message) => message.data);
        expect(new Set(data).size).toBe(data.length);
      }
      expect(service.open().length).toBe(3);
      const leaving = clients.map(({ client }) => client.leave());
      await clock.advance(2_000);
      await Promise.all(leaving);
      await clock.advance(100_000);
      expect([service.open().length, service.members.size, clock.pending]).toEqual([0, 0, 0]);
    }),
    { numRuns: 40 },
  );
});
