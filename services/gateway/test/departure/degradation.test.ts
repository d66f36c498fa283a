import { recordingTelemetry } from '@parley/kit';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import type { VirtualClock } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import { createDegradation } from '../../src/departure/degradation.js';
import type { Degradation } from '../../src/departure/degradation.js';
import { createLiveConnections } from '../../src/live-connections.js';
import type { LiveConnection, LiveConnections } from '../../src/live-connections.js';
import { recordingConnection } from './fixtures.js';

interface Rig {
  readonly clock: VirtualClock;
  readonly log: string[];
  readonly connections: LiveConnections;
  readonly degradation: Degradation;
  readonly bus: { heard: boolean };
  add(name: string): LiveConnection;
}

function rig(): Rig {
  const clock = createVirtualClock();
  const telemetry = recordingTelemetry();
  const connections = createLiveConnections(telemetry);
  const log: string[] = [];
  const bus = { heard: true };
  const random = createSeededRandom(4);
  const degradation = createDegradation({ clock, random, telemetry, connections, heard: () => bus.heard });
  degradation.start();
  const add = (name: string): LiveConnection => {
    const connection = recordingConnection(name, log);
    connections.add(connection);
    return connection;
  };
  return { clock, log, connections, degradation, bus, add };
}

describe('a gateway that does not hear the cluster', () => {
  test('[CLOSE-5] R5 says nothing of an outage of less than 3 s', async () => {
    const { clock, log, bus, add } = rig();
    add('ann');
    for (let outage = 0; outage < 20; outage += 1) {
      bus.heard = false;
      await clock.advance(2_700);
      bus.heard = true;
      await clock.advance(300);
    }
    await clock.advance(60_000);
    expect(log).toEqual([]);
  });

  test('[CLOSE-5] tells everybody one after the other, each once, and closes nobody', async () => {
    const { clock, log, bus, add } = rig();
    const names = Array.from({ length: 1_500 }, (_, index) => `c${index}`);
    names.forEach(add);
    bus.heard = false;
    await clock.advance(3_300);
    const perSecond: number[] = [];
    for (let second = 0; second < 5; second += 1) {
      const before = log.length;
      await clock.advance(1_000);
      perSecond.push(log.length - before);
    }
    await clock.advance(60_000);
    expect([...log].sort()).toEqual(names.map((name) => `${name} degraded true`).sort());
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(1.5 * 300);
    // Not in the order in which they came, so that a call's people do not all move at once.
    expect(log).not.toEqual(names.map((name) => `${name} degraded true`));
  });

  test('[CLOSE-5] hears it again: the rest is not told, who was told and is still here is told that it is over', async () => {
    const { clock, log, connections, bus, add } = rig();
    for (let index = 0; index < 100; index += 1) add(`c${index}`);
    bus.heard = false;
    await clock.advance(5_500);
    const namesOf = (what: string): string[] =>
      log.filter((line) => line.endsWith(what)).map((line) => line.split(' ')[0] ?? '');
    const [first] = namesOf('true');
    const moved = connections.all()[Number(first?.slice(1))];
    if (moved !== undefined) connections.remove(moved, 1000);
    bus.heard = true;
    await clock.advance(60_000);
    const told = namesOf('true');
    expect(told.length).toBeGreaterThan(20);
    expect(told.length).toBeLessThan(80);
    expect(namesOf('false').sort()).toEqual(told.filter((name) => name !== first).sort());
    log.length = 0;
    // The next outage is a new one.
    bus.heard = false;
    await clock.advance(60_000);
    expect(log).toHaveLength(99);
  });

  test('a drain takes over: nobody is told any more, and no timer is left', async () => {
    const { clock, log, bus, degradation, add } = rig();
    for (let index = 0; index < 100; index += 1) add(`c${index}`);
    bus.heard = false;
    await clock.advance(5_500);
    degradation.stop();
    const told = log.length;
    await clock.advance(60_000);
    expect(log).toHaveLength(told);
    expect(clock.pending).toBe(0);
  });
});
