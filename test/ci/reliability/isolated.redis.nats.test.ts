import { createFaultProxy } from '@parley/testkit';
import type { FaultProxy } from '@parley/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { JOINTS } from '../../cluster/joints.js';
import type { Joint } from '../../cluster/joints.js';
import { until } from './support/crowd.js';
import { createScene } from './support/scene.js';
import type { Scene } from './support/scene.js';

const LONGEST_MS = 120_000;
/** The window in which an owner keeps the people of a gateway that it does not hear. */
const RESUME_MS = 15_000;

describe.each(JOINTS)('200 clients on 3 gateways over $name', ({ name, start }) => {
  let joint: Joint;
  let proxy: FaultProxy;
  let scene: Scene;
  /** The gateways that are behind the proxy. */
  let behind: (gateway: number) => boolean;
  beforeAll(async () => {
    joint = await start();
    const { hostname, port } = new URL(joint.url);
    proxy = await createFaultProxy({ target: { host: hostname, port: Number(port) } });
  });
  beforeEach(async ({ task }) => {
    behind = task.name.includes('one gateway') ? (gateway) => gateway === 0 : () => true;
    const through = new URL(joint.url);
    through.port = String(proxy.port);
    scene = await createScene(joint, { busUrlOf: (gateway) => (behind(gateway) ? through.href : joint.url) });
  });
  afterEach(async () => {
    proxy.heal();
    await scene?.end();
  });
  afterAll(async () => {
    await proxy?.close();
    await joint?.stop();
  });

  test(
    '[CLOSE-5] I4 R5 one gateway is cut off from the bus: its clients join elsewhere in time, and nobody sees anybody leave',
    async () => {
      const { cluster, crowd, expectUnharmed } = scene;
      const cutOff = cluster.gateways[0]?.url ?? '';
      const there = crowd.connections.at(cutOff);
      expect(there).toBeGreaterThan(30);
      proxy.set({ blackhole: true });
      await until(
        () => crowd.connections.at(cutOff) === 0,
        RESUME_MS,
        'somebody is still at the one cut off',
      );
      await crowd.whole(5_000);
      proxy.heal();
      await crowd.delivered(6_000);
      const { ended } = await expectUnharmed(`${name}, a gateway cut off`);
      expect(ended).toBe(0);
      expect(crowd.connections.moved()).toBe(there);
    },
    LONGEST_MS,
  );

  test(
    '[CLOSE-5] F5 R5 all gateways are cut off for 10 s: everybody stays where they are, and it is whole again soon',
    async () => {
      const { crowd, expectUnharmed } = scene;
      const shown = crowd.clients.map(() => new Set<boolean>());
      crowd.clients.forEach((client, index) =>
        client.on('state', (state) => void (state.name === 'joined' && shown[index]?.add(state.degraded))),
      );
      proxy.set({ blackhole: true });
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      proxy.heal();
      await until(
        () => crowd.clients.every(({ state }) => state.name === 'joined' && !state.degraded),
        10_000,
        'somebody is not told that it is over',
      );
      await crowd.delivered(6_000);
      await crowd.whole(5_000);
      await expectUnharmed(`${name}, all gateways cut off`);
      expect(shown.filter((states) => states.has(true)).length).toBeGreaterThan(100);
      // No connection that carried a participant was closed by a gateway.
      const codes = Object.keys(crowd.connections.closings()).map(Number);
      expect(codes.filter((code) => code >= 4_000 && code !== 4_009)).toEqual([]);
    },
    LONGEST_MS,
  );
});
