import { createSystemClock } from '@parley/kit';
import { eventually, startNats } from '@parley/testkit';
import type { NatsServer } from '@parley/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createStore } from '../src/index.js';
import { createNatsStore } from '../src/store/nats/create-nats-store.js';
import { storedAt } from '../src/store/store-model.js';
import { openNatsStore } from './nats-store-harness.js';

const clock = createSystemClock();
let server: NatsServer;

beforeAll(async () => {
  server = await startNats({ jetstream: true });
});
afterAll(() => server.stop());

test('[N10] NATS store: a room is forgotten when its time has passed since its last refresh; a touch puts that off', async () => {
  const ttlMs = 1_500;
  const store = await openNatsStore({ url: `${server.url}?bucket=short&storage=memory`, ttlMs });
  const [kept, gone] = ['kept', 'gone'].map((room) => ({ app: 'a', room }));
  if (kept === undefined || gone === undefined) return expect.unreachable();
  for (const ref of [kept, gone]) await store.commit(ref, undefined, storedAt(ref, [5, 1], [0, 0]));
  const isGone = async (): Promise<boolean> => (await store.load(gone)) === undefined;
  let forgotten = false;
  const startedAt = clock.now();
  while (!forgotten) {
    expect(await store.touch(kept, [5, 1])).toBe('ok');
    expect(clock.now() - startedAt).toBeLessThan(10_000);
    forgotten = await isGone();
  }
  expect(clock.now() - startedAt).toBeGreaterThan(ttlMs - 100);
  expect((await store.load(kept))?.state.at).toEqual([5, 1]);
  expect(await store.touch(gone, [5, 1])).toBe('conflict');
  expect(await store.commit(gone, undefined, storedAt(gone, [6, 1], [0, 0]))).toBe('ok');
  await store.close();
});

test('R7 a bucket that was removed under a store is made again; nothing counts as stored', async () => {
  const url = `${server.url}?bucket=removed&storage=memory`;
  const store = await openNatsStore({ url });
  const ref = { app: 'a', room: 'r' };
  await store.commit(ref, undefined, storedAt(ref, [5, 1], [0, 0]));
  await removeBucket('removed');
  expect(await store.load(ref)).toBeUndefined();
  await removeBucket('removed');
  expect(await store.commit(ref, [5, 1], storedAt(ref, [5, 2], [5, 1]))).toBe('conflict');
  await removeBucket('removed');
  expect(await store.commit(ref, undefined, storedAt(ref, [6, 1], [0, 0]))).toBe('ok');
  await store.close();
});

test('R7 a store that went back and gave a revision a second time takes no commit over another position', async () => {
  const url = `${server.url}?bucket=older&storage=memory`;
  const [own, other] = [await openNatsStore({ url }), await openNatsStore({ url })];
  const ref = { app: 'a', room: 'r' };
  await own.commit(ref, undefined, storedAt(ref, [7, 1], [0, 0]));
  await removeBucket('older');
  // The first revision of a new bucket, as the one that `own` has seen.
  expect(await other.commit(ref, undefined, storedAt(ref, [3, 9], [0, 0]))).toBe('ok');
  expect(await own.touch(ref, [7, 1])).toBe('conflict');
  expect(await own.commit(ref, [7, 1], storedAt(ref, [7, 2], [7, 1]))).toBe('conflict');
  expect((await own.load(ref))?.state.at).toEqual([3, 9]);
  await Promise.all([own.close(), other.close()]);
});

async function removeBucket(name: string): Promise<void> {
  const { connect } = await import('@nats-io/transport-node');
  const connection = await connect({ servers: `127.0.0.1:${server.port}` });
  await connection.request(`$JS.API.STREAM.DELETE.KV_${name}`);
  await connection.close();
}

test('R2 without a server calls reject at once, and with one that has no JetStream they say so', async () => {
  const nowhere = createStore('nats://user:hunter2@127.0.0.1:1', { clock });
  const failed = await nowhere.load({ app: 'a', room: 'r' }).catch(String);
  expect(failed).toMatch(/BucketError/);
  expect(failed).not.toMatch(/hunter2/);
  await nowhere.close();
  await expect(nowhere.ping()).rejects.toMatchObject({ code: 'closed' });
  const plain = await startNats();
  const store = createNatsStore({ url: plain.url, clock });
  let told = '';
  await eventually(clock, () => {
    void store.ping().catch((error: unknown) => (told = String(error)));
    return /jetstream/i.test(told) ? undefined : told;
  });
  await store.close();
  await plain.stop();
});

test('R8 calls that wait are bounded in number', async () => {
  const store = await openNatsStore({ url: `${server.url}?storage=memory` });
  const loads = Array.from({ length: 5_000 }, () => store.load({ app: 'a', room: 'none' }));
  const outcomes = await Promise.allSettled(loads);
  const codes = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as { code?: unknown }).code : 'done',
  );
  expect(codes.filter((code) => code === 'overflow')).toHaveLength(5_000 - 4_096);
  await store.close();
});
