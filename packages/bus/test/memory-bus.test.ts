import { describe, expect, test } from 'vitest';
import { BusError, createMemoryBroker } from '../src/index.js';
import type { BusStatus } from '../src/index.js';
import { expectSenderTold } from './no-receiver.js';
import { expectOrder } from './order-property.js';
import { createVirtualTimers } from './virtual-timers.js';

describe('memory bus', () => {
  test('B8 a slow client loses the newest by count and by bytes, is told once a turn, and others lose nothing', async () => {
    const timers = createVirtualTimers();
    for (const bound of [{ maxQueuedMessages: 10 }, { maxQueuedBytes: 40 }]) {
      const broker = createMemoryBroker(timers, bound);
      const [publisher, slow] = [broker.connect(), broker.connect()];
      const seen: number[] = [];
      const told: BusStatus[] = [];
      slow.onStatus((status) => void told.push(status));
      await slow.subscribe('s', (payload) => void seen.push(payload[0] ?? -1));
      for (let i = 0; i < 25; i++) await publisher.publish('s', Uint8Array.from([i, 0, 0, 0]));
      await timers.run(1);
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(told).toEqual([{ kind: 'dropped', count: 15 }]);
    }
  });

  test('B8 a payload above the limit is refused as too-large', async () => {
    const bus = createMemoryBroker(createVirtualTimers(), { maxPayloadBytes: 10 }).connect();
    await expect(bus.publish('s', new Uint8Array(11))).rejects.toEqual(new BusError('too-large'));
    await expect(bus.publish('s', new Uint8Array(10))).resolves.toBe(0);
  });

  test('receivers are counted in clients', async () => {
    const broker = createMemoryBroker(createVirtualTimers());
    const [a, b] = [broker.connect(), broker.connect()];
    for (const bus of [a, a, b]) await bus.subscribe('s', () => undefined);
    expect(await a.publish('s', new Uint8Array(1))).toBe(2);
  });

  test('B10 a throw is handed to onThrow', async () => {
    const timers = createVirtualTimers();
    const thrown: unknown[] = [];
    const bus = createMemoryBroker(timers, { onThrow: (error) => void thrown.push(error) }).connect();
    const error = new Error('thrown on purpose');
    await bus.subscribe('s', () => {
      throw error;
    });
    await bus.publish('s', new Uint8Array(1));
    await timers.run(1);
    expect(thrown).toEqual([error]);
  });

  test('B11 after everyone closed, the broker holds nothing', async () => {
    const broker = createMemoryBroker(createVirtualTimers());
    const buses = [broker.connect(), broker.connect()];
    for (const bus of buses) await bus.subscribe('s', () => undefined);
    expect([broker.clients(), broker.subjects()]).toEqual([2, 1]);
    for (const bus of buses) await bus.close();
    expect([broker.clients(), broker.subjects()]).toEqual([0, 0]);
  });

  test('R9 whatever is published in whatever sizes, each pair sees its order, all of it, and nothing twice', () => {
    const timers = createVirtualTimers();
    const broker = createMemoryBroker(timers);
    const buses = [broker.connect(), broker.connect(), broker.connect()] as const;
    return expectOrder({ buses, settle: () => timers.run(10), numRuns: 100 });
  });

  test('R10 an endpoint hears within a second that its record is undelivered, and its request unreachable', async () => {
    const timers = createVirtualTimers();
    const told = expectSenderTold(createMemoryBroker(timers).connect(), timers);
    await timers.run(1_000);
    await told;
  });
});
