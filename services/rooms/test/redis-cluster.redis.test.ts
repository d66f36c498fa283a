import { createSystemClock } from '@parley/kit';
import { eventually, hasRedisProgram, startRedis } from '@parley/testkit';
import type { RedisServer } from '@parley/testkit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createStore } from '../src/store/create-store.js';
import type { Store } from '../src/store/port.js';
import { storeConformance } from '../src/store/store-conformance.js';
import { storedAt } from '../src/store/store-model.js';

const clock = createSystemClock();
let servers: RedisServer[] = [];
let admins: Redis[] = [];
let store: Store;
let runs = 0;

// A cluster tells addresses of its own, so its nodes are programs, never containers.
describe.runIf(hasRedisProgram())('a Redis Cluster of two nodes', () => {
  /** Two nodes, half of the slots each. */
  beforeAll(async () => {
    servers = await Promise.all(
      [0, 1].map(() => startRedis({ via: 'path', args: ['--cluster-enabled', 'yes'] })),
    );
    admins = servers.map(({ url }) => new Redis(url, { protocol: 2 }));
    const [first, second] = admins as [Redis, Redis];
    await first.call('cluster', 'addslotsrange', 0, 8_191);
    await second.call('cluster', 'addslotsrange', 8_192, 16_383);
    await second.call('cluster', 'set-config-epoch', 2);
    await first.call('cluster', 'meet', '127.0.0.1', servers[1]?.port ?? 0);
    let states: string[] = [];
    const ask = clock.every(50, () => {
      void Promise.all(admins.map(async (admin) => String(await admin.call('cluster', 'info')))).then(
        (told) => (states = told),
      );
    });
    await eventually(
      clock,
      () =>
        states.length === 2 &&
        states.every((state) => /cluster_state:ok[^]*cluster_known_nodes:2/.test(state))
          ? undefined
          : states.join('\n'),
      20_000,
    );
    ask();
    store = createStore(`${servers[0]?.url}?cluster=1`, { clock });
    let error: Error | undefined = new Error('not asked');
    const ping = clock.every(50, () => {
      void store.ping().then(
        () => (error = undefined),
        (thrown: Error) => (error = thrown),
      );
    });
    await eventually(clock, () => (error === undefined ? undefined : error.message), 10_000);
    ping();
  });

  afterAll(async () => {
    await store.close();
    for (const admin of admins) admin.disconnect();
    for (const server of servers) await server.stop();
  });

  for (const { id, title, run } of storeConformance(50).filter(({ needs }) => needs === undefined)) {
    test(`R6 [N10] Redis Cluster store ${id}: ${title}`, () =>
      run(async () => {
        runs += 1;
        return { store, prefix: `run${runs}.`, close: async () => undefined };
      }));
  }

  test('R6 rooms lie on both nodes, and scripts that a node has lost are sent again', async () => {
    const rooms = Array.from({ length: 40 }, (_, index) => ({ app: 'spread', room: `room${index}` }));
    for (const ref of rooms)
      expect(await store.commit(ref, undefined, storedAt(ref, [5, 1], [0, 0]))).toBe('ok');
    for (const admin of admins) expect(await admin.dbsize()).toBeGreaterThan(0);
    for (const admin of admins) await admin.script('FLUSH');
    for (const ref of rooms) expect(await store.touch(ref, [5, 1])).toBe('ok');
  });
});
