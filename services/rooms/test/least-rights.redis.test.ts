import { readFileSync } from 'node:fs';
import { createBus } from '@parley/bus';
import { createSystemClock } from '@parley/kit';
import { startRedis } from '@parley/testkit';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createStore } from '../src/index.js';
import { storedAt } from '../src/store/store-model.js';
import { answering } from './nats-store-harness.js';

const clock = createSystemClock();
const operations = new URL('../../../docs/OPERATIONS.md', import.meta.url);

test('X10 the rights in docs/OPERATIONS.md are all that bus and store need of Redis', async () => {
  const rights = /`(~parley:\* [^`]+)`/.exec(readFileSync(operations, 'utf8'))?.[1]?.split(/\s+/) ?? [];
  expect(rights).toContain('+publish');
  const server = await startRedis();
  const admin = new Redis(server.url);
  await admin.call('ACL', 'SETUSER', 'parley', 'reset', 'on', '>secret', ...rights);
  const url = `redis://parley:secret@${server.host}:${server.port}`;
  const [bus, store] = [createBus(url, clock), createStore(url, { clock })];
  const heard = new Promise<number>((resolve) => {
    void bus
      .subscribe('s', (payload) => resolve(payload.length))
      .then(() => bus.publish('s', new Uint8Array(3)));
  });
  expect(await heard).toBe(3);
  await answering(store);
  const ref = { app: 'a', room: 'r' };
  expect(await store.commit(ref, undefined, storedAt(ref, [5, 1], [0, 0]))).toBe('ok');
  expect(await store.touch(ref, [5, 1])).toBe('ok');
  expect((await store.load(ref))?.state.at).toEqual([5, 1]);
  const denied = String(await admin.call('ACL', 'LOG'));
  expect(denied).toBe('');
  await Promise.all([bus.close(), store.close()]);
  admin.disconnect();
  await server.stop();
});
