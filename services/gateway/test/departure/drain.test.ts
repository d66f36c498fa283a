import { recordingTelemetry } from '@parley/kit';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import { departures, drainConnections } from '../../src/departure/drain.js';
import { createLiveConnections } from '../../src/live-connections.js';
import type { LiveConnection } from '../../src/live-connections.js';
import { createCluster } from '../fixtures/cluster.js';
import { KEY } from '../fixtures/rules.js';

describe('a drain', () => {
  test.each([
    [6_000, 30_000],
    [10_000, 30_000],
    [500, 10_000],
    [100, 5_000],
  ])(
    'K1 of %i connections over %i ms never exceeds 1.5 times the mean rate in any second',
    (count, windowMs) => {
      const random = createSeededRandom(1);
      const plan = departures(count, windowMs, { spreadMs: 2_000, lingerMs: 3_000, random });
      const closes = plan.map(({ closeMs }) => closeMs).sort((a, b) => a - b);
      const spanMs = (closes.at(-1) ?? 0) - (closes[0] ?? 0);
      const mean = (count * 1_000) / spanMs;
      let first = 0;
      for (const [index, at] of closes.entries()) {
        while (at - (closes[first] ?? 0) > 1_000) first += 1;
        expect(index - first + 1).toBeLessThanOrEqual(1.5 * mean + 1);
      }
      expect(closes.at(-1)).toBeLessThanOrEqual(windowMs);
      expect(plan.every(({ goodbyeMs, closeMs }) => closeMs > goodbyeMs)).toBe(true);
    },
  );

  test('K1 tells everybody, closes who is left, and ends at the window although somebody stays', async () => {
    const clock = createVirtualClock();
    const connections = createLiveConnections(recordingTelemetry());
    const log: string[] = [];
    const add = (name: string, leaves: 'at goodbye' | 'at close' | 'never'): void => {
      const live: LiveConnection = {
        dialect: 'native',
        goodbye: () => {
          log.push(`goodbye ${name}`);
          if (leaves === 'at goodbye') connections.remove(live, 1000);
        },
        close: () => {
          log.push(`close ${name}`);
          if (leaves !== 'never') connections.remove(live, 4200);
        },
        degraded: () => undefined,
      };
      connections.add(live);
    };
    add('ann', 'at goodbye');
    add('bo', 'at close');
    add('cara', 'never');
    let done = false;
    const deps = { clock, random: createSeededRandom(2), connections, spreadMs: 1_000, lingerMs: 1_000 };
    void drainConnections(deps, 8_000).then(() => (done = true));
    await clock.advance(999);
    expect(log).toEqual([]);
    await clock.advance(7_000);
    expect(done).toBe(false);
    await clock.advance(1);
    expect(done).toBe(true);
    expect([...log].sort().filter((line) => line !== 'close ann')).toEqual([
      'close bo',
      'close cara',
      'goodbye ann',
      'goodbye bo',
      'goodbye cara',
    ]);
    expect(clock.pending).toBe(0);
  });

  test('K1 ends as soon as nobody is left', async () => {
    const clock = createVirtualClock();
    const connections = createLiveConnections(recordingTelemetry());
    let done = false;
    const deps = { clock, random: createSeededRandom(2), connections, spreadMs: 1_000, lingerMs: 1_000 };
    void drainConnections(deps, 30_000).then(() => (done = true));
    await clock.settle();
    expect(done).toBe(true);
  });

  test('[CLOSE-4] I9 clients are told to resume before they are closed, and signals still pass meanwhile', async () => {
    const cluster = createCluster(1);
    const [gateway] = cluster.gateways;
    if (gateway === undefined) throw new Error('no gateway');
    const enter = async (name: string) => {
      const client = await gateway.connect();
      client.say({ type: 'hello', id: 1 });
      client.say({ type: 'join', id: 2, room: 'r', key: `${name}-${KEY}`, n: 1 });
      await cluster.clock.advance(300);
      const [reply] = client.of('reply') as { result: { you: string } }[];
      return { client, id: reply?.result.you ?? '' };
    };
    const ann = await enter('ann');
    const bo = await enter('bo');
    const { connections } = gateway.assembly.parts;
    gateway.draining = true;
    void drainConnections(
      { clock: cluster.clock, random: createSeededRandom(3), connections, spreadMs: 1_000, lingerMs: 3_000 },
      12_000,
    );
    while (ann.client.of('goodbye').length + bo.client.of('goodbye').length === 0)
      await cluster.clock.advance(100);
    ann.client.say({ type: 'signal', to: bo.id }, 'late');
    expect(bo.client.of('signal')).toHaveLength(1);
    await cluster.clock.advance(12_000);
    for (const { client } of [ann, bo]) {
      expect(client.of('goodbye')).toMatchObject([{ code: 4200, reason: 'draining', action: 'resume' }]);
      expect(client.closed).toEqual({ code: 4200, reason: 'draining' });
    }
    const members = [...(cluster.rooms.room('default', 'r')?.members.values() ?? [])];
    expect(members.map(({ online }) => online)).toEqual([false, false]);
  });
});
