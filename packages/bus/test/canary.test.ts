import { describe, expect, test } from 'vitest';
import { BusError, createCanary, createMemoryBroker } from '../src/index.js';
import type { Bus } from '../src/index.js';
import { createVirtualTimers } from './virtual-timers.js';

/** A canary over a bus that may lose, refuse, stall or delay. */
async function setUp() {
  const timers = createVirtualTimers();
  const broker = createMemoryBroker(timers);
  const inner = broker.connect();
  const fault: { kind: 'none' | 'lose' | 'refuse' | 'stall' | 'delay'; delayMs: number } = {
    kind: 'none',
    delayMs: 0,
  };
  let published = 0;
  const bus: Bus = {
    ...inner,
    publish: (subject, payload) => {
      published += 1;
      const kept = new Uint8Array(payload);
      if (fault.kind === 'lose') return Promise.resolve(1);
      if (fault.kind === 'refuse') return Promise.reject(new BusError('disconnected'));
      if (fault.kind === 'stall') return new Promise(() => undefined);
      if (fault.kind === 'none') return inner.publish(subject, kept);
      timers.after(fault.delayMs, () => void inner.publish(subject, kept));
      return Promise.resolve(1);
    },
  };
  const canary = createCanary({ bus, timers, subject: 'canary.g_a' });
  const changes: boolean[] = [];
  canary.onChange((fresh) => void changes.push(fresh));
  return { timers, broker, canary, fault, changes, published: () => published };
}

describe('canary', () => {
  test('R5 it is not fresh before the first came back, then fresh', async () => {
    const { timers, canary, changes } = await setUp();
    expect(canary.fresh()).toBe(false);
    await canary.start();
    expect(canary.fresh()).toBe(false);
    await timers.run(10);
    expect(canary.fresh()).toBe(true);
    await timers.run(10_000);
    expect(changes).toEqual([true]);
    expect(canary.lateness()).toBeLessThan(200);
  });

  for (const kind of ['lose', 'refuse', 'stall'] as const) {
    test(`R5 a bus that begins to ${kind} is noticed within 2 to 3.2 s, and its return within 1.2 s`, async () => {
      const { timers, canary, fault, changes } = await setUp();
      await canary.start();
      await timers.run(5500);
      fault.kind = kind;
      await timers.run(1900);
      expect(canary.fresh()).toBe(true);
      await timers.run(1300);
      expect(canary.fresh()).toBe(false);
      await timers.run(30_000);
      expect(canary.lateness()).toBeGreaterThan(20_000);
      fault.kind = 'none';
      await timers.run(1200);
      // A publish that never settles holds one of few places; the driver's own time limit frees it.
      expect(canary.fresh()).toBe(kind !== 'stall');
      expect(changes).toEqual(kind === 'stall' ? [true, false] : [true, false, true]);
    });
  }

  test('R5 messages that come back 3 s late are late, however steady', async () => {
    const { timers, canary, fault } = await setUp();
    await canary.start();
    await timers.run(5500);
    fault.kind = 'delay';
    fault.delayMs = 3000;
    await timers.run(10_000);
    expect(canary.fresh()).toBe(false);
    fault.delayMs = 500;
    await timers.run(5000);
    expect(canary.fresh()).toBe(true);
  });

  test('F3 a stall of the own event loop is no lateness of the bus', async () => {
    const { timers, canary, changes } = await setUp();
    await canary.start();
    await timers.run(5050);
    timers.stall(30_000);
    await timers.run(1000);
    expect(changes).toEqual([true]);
  });

  test('one lost canary among others changes nothing', async () => {
    const { timers, canary, fault, changes } = await setUp();
    await canary.start();
    await timers.run(5500);
    fault.kind = 'lose';
    await timers.run(1000);
    fault.kind = 'none';
    await timers.run(5000);
    expect(changes).toEqual([true]);
  });

  test('I10 while publishes hang, no more than a few are begun', async () => {
    const { timers, canary, fault, published } = await setUp();
    await canary.start();
    await timers.run(500);
    fault.kind = 'stall';
    const before = published();
    await timers.run(600_000);
    expect(published() - before).toBeLessThanOrEqual(4);
  });

  test('malformed payloads on its subject are ignored', async () => {
    const { timers, broker, canary, fault } = await setUp();
    await canary.start();
    await timers.run(500);
    fault.kind = 'lose';
    const stranger = broker.connect();
    for (let i = 0; i < 50; i++) {
      await stranger.publish('canary.g_a', new Uint8Array(i % 9).fill(255));
      await timers.run(100);
    }
    expect(canary.fresh()).toBe(false);
  });

  test('B11 stop unsubscribes, ends the sending, and is not fresh', async () => {
    const { timers, broker, canary, published, changes } = await setUp();
    await canary.start();
    await timers.run(1500);
    await canary.stop();
    await canary.stop();
    const before = published();
    await timers.run(5000);
    expect(published()).toBe(before);
    expect(canary.fresh()).toBe(false);
    expect(broker.subjects()).toBe(0);
    expect(changes).toEqual([true, false]);
  });
});
