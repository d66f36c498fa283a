import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { JOINTS } from '../../cluster/joints.js';
import type { Joint } from '../../cluster/joints.js';
import { createScene } from './support/scene.js';
import type { Scene } from './support/scene.js';

const LONGEST_MS = 120_000;

describe.each(JOINTS)('200 clients on 3 gateways over $name', ({ name, start }) => {
  let joint: Joint;
  let scene: Scene;
  beforeAll(async () => void (joint = await start()));
  beforeEach(async () => void (scene = await createScene(joint)));
  afterEach(() => scene?.end());
  afterAll(() => joint?.stop());

  test.each([
    { what: 'a gateway is killed', withOwner: false },
    { what: 'a gateway and an owner of rooms are killed at once', withOwner: true },
  ])(
    'I1 I3 I4 $what: all resume, nothing is lost, nobody sees anybody leave',
    async ({ what, withOwner }) => {
      const { cluster, crowd, expectUnharmed } = scene;
      const there = crowd.connections.at(cluster.gateways[0]?.url ?? '');
      expect(there).toBeGreaterThan(30);
      await Promise.all([cluster.gateways[0]?.kill(), withOwner && cluster.rooms[0]?.kill()]);
      await crowd.delivered(3_000);
      await crowd.whole(15_000);
      const { resumed } = await expectUnharmed(`${name}, ${what}`);
      expect(resumed).toBeGreaterThanOrEqual(there);
    },
    LONGEST_MS,
  );

  test(
    'I1 I3 I4 an owner of rooms is killed',
    async () => {
      const { cluster, crowd, expectUnharmed } = scene;
      await cluster.rooms[0]?.kill();
      await crowd.delivered(6_000);
      await expectUnharmed(`${name}, an owner killed`);
      // Codes of the service itself: no gateway has closed anything.
      const codes = Object.keys(crowd.connections.closings()).map(Number);
      expect(codes.filter((code) => code >= 4_000)).toEqual([]);
    },
    LONGEST_MS,
  );

  test(
    'K1 K2 every gateway is ended by SIGTERM in turn, each replaced',
    async () => {
      const { cluster, crowd, expectUnharmed } = scene;
      for (const gateway of [...cluster.gateways]) {
        await gateway.stop();
        await cluster.add('gateway', { PORT: new URL(gateway.url ?? '').port });
        await crowd.delivered(1_000);
      }
      await crowd.whole(15_000);
      const { longestMs } = await expectUnharmed(`${name}, every gateway rolled`);
      expect(crowd.connections.moved()).toBe(200);
      expect(longestMs).toBeLessThan(10_000);
    },
    LONGEST_MS,
  );
});
