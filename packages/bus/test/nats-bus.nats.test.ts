import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { eventually, startNats, whenConnected } from '@parley/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { BusError } from '../src/index.js';
import type { Bus, BusStatus } from '../src/index.js';
import { createNatsBus } from '../src/nats/index.js';
import { clock, startProxiedNats } from './nats-harness.js';
import type { ProxiedNats } from './nats-harness.js';
import { expectSenderTold } from './no-receiver.js';
import { expectOrder } from './order-property.js';

let nats: ProxiedNats;

beforeAll(async () => {
  nats = await startProxiedNats();
});

afterAll(() => nats.stop());

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => (error instanceof BusError ? error.code : error));

/** What this process holds once all garbage is gone. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function using(count: number, run: (...buses: Bus[]) => Promise<void>): Promise<void> {
  const buses = await Promise.all(Array.from({ length: count }, () => nats.connect()));
  try {
    await run(...buses);
  } finally {
    for (const bus of buses) await bus.close();
  }
}

describe('R10 no receiver', () => {
  test('R10 publish tells 0 where nobody listens, within a second, and undefined where somebody does', () =>
    using(2, async (a, b) => {
      const startedAt = clock.now();
      expect(await a?.publish('r10', new Uint8Array(1))).toBe(0);
      expect(clock.now() - startedAt).toBeLessThan(1_000);
      const subscription = await b?.subscribe('r10', () => undefined);
      expect(await a?.publish('r10', new Uint8Array(1))).toBeUndefined();
      await subscription?.unsubscribe();
      await b?.flush();
      await eventuallyNobody(a);
    }));

  test('R10 of many publishes at once each is told its own', () =>
    using(1, async (bus) => {
      await bus?.subscribe('heard', () => undefined);
      const subjects = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 'heard' : `unheard-${i}`));
      const told = await Promise.all(subjects.map((subject) => bus?.publish(subject, new Uint8Array(10))));
      expect(told).toEqual(subjects.map((subject) => (subject === 'heard' ? undefined : 0)));
    }));

  test('R10 an endpoint hears within a second that its record is undelivered, and its request unreachable', () =>
    using(1, async (...[bus]) => expectSenderTold(bus as Bus, clock)));
});

async function eventuallyNobody(bus: Bus | undefined): Promise<void> {
  let told: number | undefined;
  await eventually(clock, () => {
    void bus?.publish('r10', new Uint8Array(1)).then((count) => (told = count));
    return told === 0 ? undefined : 'somebody still listens';
  });
}

test('R9 whatever is published in whatever sizes, over resets too, each pair sees its order and nothing twice', () =>
  using(3, async (...buses) => {
    const settle = (): Promise<void> => new Promise((resolve) => void clock.after(10, resolve));
    const [a, b, c] = buses as [Bus, Bus, Bus];
    await expectOrder({ buses: [a, b, c], settle, reset: () => nats.proxy.reset(), numRuns: 15 });
  }));

describe('[B8] bounds', () => {
  test('a payload above what the server takes is refused, one just below arrives', () =>
    using(1, async (bus) => {
      const seen: number[] = [];
      await bus?.subscribe('large', (payload) => void seen.push(payload.length));
      const most = 1024 * 1024;
      expect(await codeOf(bus?.publish('large', new Uint8Array(most + 1)) ?? Promise.resolve())).toBe(
        'too-large',
      );
      await bus?.publish('large', new Uint8Array(most));
      await eventually(clock, () => (seen[0] === most ? undefined : `saw ${seen.join()}`));
    }));

  test('R8 100 MB published while the loop, then 200 MB while the link stands still, take less than 64 MiB', () =>
    using(1, async (bus) => {
      const payload = new Uint8Array(2_048);
      let refused = 0;
      let most = 0;
      const before = heldBytes();
      const flood = (count: number): void => {
        for (let i = 0; i < count; i++) bus?.publish('flood', payload).catch(() => (refused += 1));
      };
      flood(50_000);
      most = heldBytes() - before;
      await bus?.flush();
      nats.proxy.set({ blackhole: true });
      for (let turn = 0; turn < 100; turn++) {
        flood(1_000);
        await new Promise<void>((resolve) => clock.soon(resolve));
      }
      most = Math.max(most, heldBytes() - before);
      nats.proxy.heal();
      expect(refused).toBeGreaterThan(120_000);
      expect(most).toBeLessThan(64 * 1024 * 1024);
    }));
});

describe('R8 links', () => {
  test('R8 a bus that is older than its server connects when that is there; until then publish is refused', async () => {
    nats.proxy.set({ refuse: true });
    const bus = createNatsBus({ url: `nats://127.0.0.1:${nats.proxy.port}`, timers: clock });
    const statuses: BusStatus[] = [];
    bus.onStatus((status) => void statuses.push(status));
    const seen: number[] = [];
    const subscribing = bus.subscribe('early', (payload) => void seen.push(payload.length));
    expect(await codeOf(bus.publish('early', new Uint8Array(1)))).toBe('disconnected');
    await eventually(clock, () => (statuses.length > 0 ? undefined : 'no reason told'));
    expect(statuses[0]).toMatchObject({ kind: 'disconnected' });
    nats.proxy.heal();
    await subscribing;
    await bus.publish('early', new Uint8Array(7));
    await eventually(clock, () => (seen[0] === 7 ? undefined : 'nothing arrived'));
    expect(statuses.map(({ kind }) => kind)).toEqual(['disconnected', 'connected']);
    await bus.close();
  });

  test('[B1] at whatever moment of connecting, and of coming back, a subscription is made, it is confirmed', async () => {
    const bus = createNatsBus({ url: `nats://127.0.0.1:${nats.proxy.port}`, timers: clock });
    const kinds: string[] = [];
    bus.onStatus(({ kind }) => void kinds.push(kind));
    const made: Promise<unknown>[] = [];
    const subscribeUntil = async (kind: string): Promise<void> => {
      while (!kinds.includes(kind)) {
        made.push(bus.subscribe(`moment-${made.length}`, () => undefined));
        // Often while it connects, which is short; seldom while it waits.
        const wait = made.length % 100 === 99 ? 20 : 0;
        await new Promise<void>((resolve) => void clock.after(wait, resolve));
      }
    };
    await subscribeUntil('connected');
    for (let turn = 0; turn < 2; turn++) {
      kinds.length = 0;
      nats.proxy.reset();
      await subscribeUntil('reset');
    }
    await Promise.all(made);
    const told = await Promise.all(made.map((_, index) => bus.publish(`moment-${index}`, new Uint8Array(1))));
    expect(told.filter((count) => count === 0)).toEqual([]);
    await bus.close();
  });

  test('[B11] a bus that never connected closes, and what waits is told', async () => {
    const bus = createNatsBus({ url: 'nats://127.0.0.1:1', timers: clock });
    const waiting = codeOf(bus.subscribe('x', () => undefined));
    await bus.close();
    expect(await waiting).toBe('closed');
    expect(await codeOf(bus.publish('x', new Uint8Array(1)))).toBe('closed');
  });

  test('R8 of several servers one that is there is enough', async () => {
    const url = `nats://127.0.0.1:1,127.0.0.1:${nats.server.port}`;
    const bus = await whenConnected(createNatsBus({ url, timers: clock }));
    expect(await bus.publish('x', new Uint8Array(1))).toBe(0);
    await bus.close();
  });

  test('X10 tls:// never speaks to a server without TLS', async () => {
    const bus = createNatsBus({ url: `tls://127.0.0.1:${nats.server.port}`, timers: clock });
    const kinds: string[] = [];
    bus.onStatus(({ kind }) => void kinds.push(kind));
    await eventually(clock, () => (kinds.length > 0 ? undefined : 'nothing told'));
    expect(kinds).toEqual(['disconnected']);
    await bus.close();
  });

  test.each([
    ['user:hunter2@', ['--user', 'user', '--pass', 'hunter2']],
    ['hunter2@', ['--auth', 'hunter2']],
  ])('X10 %s gets in, others do not, and nothing that is told has the secret in it', async (login, args) => {
    const server = await startNats({ args });
    const told: unknown[] = [];
    const open = (url: string): Bus => {
      const bus = createNatsBus({ url, timers: clock, onFault: (error) => told.push(error) });
      bus.onStatus((status) => void told.push(status));
      return bus;
    };
    const right = open(`nats://${login}127.0.0.1:${server.port}`);
    const wrong = open(`nats://${login.replace('@', '-no@')}127.0.0.1:${server.port}`);
    await whenConnected(right);
    await eventually(clock, () => (told.length > 1 ? undefined : 'the refusal was not told'));
    expect(await codeOf(wrong.publish('x', new Uint8Array(1)))).toBe('disconnected');
    expect(JSON.stringify(told) + told.map(String).join()).not.toContain('hunter2');
    await Promise.all([right.close(), wrong.close()]);
    await server.stop();
  });
});
