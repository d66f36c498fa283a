import { createSystemClock } from '@parley/kit';
import { eventually, startCluster, startRedis } from '@parley/testkit';
import type { Cluster, ClusterProcess, RedisServer } from '@parley/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinRaw } from '../../support/raw-client.js';

/** A log line. */
type Line = Readonly<Record<string, unknown>> & { readonly event: string };

let redis: RedisServer;
let cluster: Cluster;
beforeAll(async () => {
  redis = await startRedis();
  const env = { LOG_LEVEL: 'info', RESUME_WINDOW_S: '1', DRAIN_WINDOW_S: '3' };
  const parts = { gateways: 2, rooms: 1, turnCredentials: 0 };
  cluster = await startCluster({ busUrl: redis.url, storeUrl: redis.url, env, ...parts });
  await cluster.ready();
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

function linesOf(process: ClusterProcess | undefined): Line[] {
  const printed = process?.output().split('\n') ?? [];
  return printed.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
}

/** Those of these events that a process has logged, in their order. */
function told(process: ClusterProcess | undefined, pattern: RegExp): string[] {
  return linesOf(process)
    .map(({ event }) => event)
    .filter((event) => pattern.test(event));
}

async function until(process: ClusterProcess | undefined, event: string, fits: object = {}): Promise<Line> {
  const wanted = Object.entries(fits);
  const find = (): Line | undefined =>
    linesOf(process).find(
      (line) => line.event === event && wanted.every(([name, value]) => line[name] === value),
    );
  const missing = (): string | undefined => (find() === undefined ? `no ${event}` : undefined);
  await eventually(createSystemClock(), missing, 10_000);
  return find() as Line;
}

test('O2 each step in the lives of connection, participant, room and process is one line, joined by ids', async () => {
  const [first, second] = cluster.gateways;
  const [owner] = cluster.rooms;
  const { node } = await until(first, 'service-ready');
  const ann = await joinRaw(first?.url ?? '', 'seen');
  const mine = { app: 'default', room: 'seen', participant: ann.you };
  const { connection } = await until(first, 'connection-joined', { ...mine, n: 1, resumed: false });
  await until(first, 'connection-hello', { connection, result: 'ok', app: 'default' });
  await until(owner, 'participant-joined', { ...mine, gateway: node, n: 1 });

  // The gateway goes: its clients are told to move, and Ann does.
  const gone = first?.stop();
  await until(first, 'connection-moved', { connection, reason: 'draining' });
  const again = await joinRaw(second?.url ?? '', 'seen', { key: ann.key, n: 2 });
  await until(owner, 'participant-resumed', { ...mine, gateway: linesOf(second)[0]?.['node'], n: 2 });
  expect(await gone).toBe(0);
  const closed = await until(first, 'connection-closed', { connection });
  expect(closed).toMatchObject({ ...mine, reason: 'replaced', code: 4009, received: 2 });
  expect(told(first, /^service-|^connection-/)).toEqual([
    ...['service-starting', 'service-started', 'service-ready'],
    ...['connection-opened', 'connection-hello', 'connection-joined'],
    ...['service-draining', 'connection-moved', 'connection-closed', 'service-drained', 'service-stopped'],
  ]);

  // Another replica takes the room over when its owner goes.
  const next = await cluster.add('rooms');
  await until(next, 'service-ready');
  expect(await owner?.stop()).toBe(0);
  again.frame({ type: 'message', id: 9, cmd: 1 }, '{}');
  await again.nextOf('reply');
  await until(next, 'room-taken', { app: 'default', room: 'seen', members: 1 });

  again.terminate();
  await until(second, 'connection-closed', { reason: 'lost', code: 1006, participant: ann.you });
  await until(next, 'participant-away', { ...mine, n: 2 });
  await until(next, 'participant-left', { ...mine, reason: 'expired' });
  await until(next, 'room-forgotten', { app: 'default', room: 'seen', members: 0 });
  expect([...told(owner, /^(participant|room)-/), ...told(next, /^(participant|room)-/)]).toEqual([
    ...['room-created', 'participant-joined', 'participant-resumed'],
    ...['room-taken', 'participant-away', 'participant-left', 'room-emptied', 'room-forgotten'],
  ]);
});
