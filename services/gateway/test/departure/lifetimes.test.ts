import { recordingTelemetry } from '@parley/kit';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import { withLifetimes } from '../../src/departure/lifetimes.js';
import { createLiveConnections } from '../../src/live-connections.js';
import { recordingConnection } from './fixtures.js';

function rig(mayMove: () => boolean = () => true) {
  const clock = createVirtualClock();
  const telemetry = recordingTelemetry();
  const connections = withLifetimes(createLiveConnections(telemetry), {
    ...{ clock, random: createSeededRandom(6), lifetimeMs: 100_000, lingerMs: 3_000, mayMove },
  });
  return { clock, connections, log: [] as string[] };
}

describe('a limited life of connections', () => {
  test('[CLOSE-6] U13 ends with a goodbye between half and one and a half times the mean, spread evenly, then a close', async () => {
    const { clock, connections, log } = rig();
    for (let index = 0; index < 1_000; index += 1) connections.add(recordingConnection(`c${index}`, log));
    expect(connections.size).toBe(1_000);
    await clock.advance(50_000);
    expect(log).toEqual([]);
    const goodbyes: number[] = [];
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const before = log.filter((line) => line.includes('goodbye')).length;
      await clock.advance(10_000);
      goodbyes.push(log.filter((line) => line.includes('goodbye')).length - before);
    }
    expect(goodbyes.reduce((sum, count) => sum + count, 0)).toBe(1_000);
    expect(Math.min(...goodbyes)).toBeGreaterThan(60);
    expect(Math.max(...goodbyes)).toBeLessThan(140);
    await clock.advance(3_000);
    expect(log.filter((line) => line.endsWith('close rebalancing'))).toHaveLength(1_000);
    expect(log.indexOf('c1 goodbye rebalancing')).toBeLessThan(log.indexOf('c1 close rebalancing'));
  });

  test('who has gone is told nothing, plain connections live on, and no timer is left', async () => {
    const { clock, connections, log } = rig();
    const ann = recordingConnection('ann', log);
    connections.add(ann);
    connections.add(recordingConnection('plain', log, 'plain'));
    connections.remove(ann, 1000);
    expect(clock.pending).toBe(0);
    await clock.advance(1_000_000);
    expect(log).toEqual([]);
  });

  test('U13 nobody is told to move while nobody would be taken', async () => {
    const bus = { heard: false };
    const { clock, connections, log } = rig(() => bus.heard);
    connections.add(recordingConnection('ann', log));
    await clock.advance(300_000);
    expect(log).toEqual([]);
    bus.heard = true;
    await clock.advance(20_000);
    expect(log).toEqual(['ann goodbye rebalancing', 'ann close rebalancing']);
  });
});
