import { startRedis, whenConnected } from '@parley/testkit';
import type { RedisServer } from '@parley/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BusError } from '../src/index.js';
import type { Bus, BusStatus } from '../src/index.js';
import {
  createRedisBus,
  createRedisLink,
  openServer,
  parseRedisTarget,
  RedisReplyError,
} from '../src/redis/index.js';
import { expectSenderTold } from './no-receiver.js';
import { expectOrder } from './order-property.js';
import { clock, startProxiedRedis } from './redis-harness.js';

const PASSWORD = 'canary-of-a-password';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis({ args: ['--requirepass', PASSWORD] });
});
afterAll(() => server.stop());

function urlWith(password: string, query = ''): string {
  return `redis://default:${password}@${server.host}:${server.port}/2${query}`;
}

function tellings(bus: Bus): BusStatus[] {
  const told: BusStatus[] = [];
  bus.onStatus((status) => void told.push(status));
  return told;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => void clock.after(10, resolve));
}

test('a password and a database are used; receivers are counted in clients', async () => {
  const target = parseRedisTarget(urlWith(PASSWORD));
  const buses = await Promise.all([0, 1].map(() => whenConnected(createRedisBus({ target, timers: clock }))));
  const [a, b] = buses as [Bus, Bus];
  expect(await a.publish('s', new Uint8Array(1))).toBe(0);
  for (const bus of [a, a, b]) await bus.subscribe('s', () => undefined);
  expect(await a.publish('s', new Uint8Array(1))).toBe(2);
  for (const bus of buses) await bus.close();
});

test('a node of a Redis Cluster counts only its own clients: unknown', async () => {
  const target = { ...parseRedisTarget(urlWith(PASSWORD)), cluster: true };
  const bus = await whenConnected(createRedisBus({ target, timers: clock }));
  expect(await bus.publish('s', new Uint8Array(1))).toBeUndefined();
  await bus.close();
});

test('X1 X10 a wrong password is told as a reason, without the password; what waits ends with close', async () => {
  const wrong = 'wrong-canary-of-a-password';
  const bus = createRedisBus({ target: parseRedisTarget(urlWith(wrong)), timers: clock });
  const told = tellings(bus);
  const waiting = bus.subscribe('s', () => undefined).catch((error: unknown) => error);
  await until(() => told.some((status) => 'reason' in status && /WRONGPASS/.test(status.reason ?? '')));
  const error: unknown = await bus.publish('s', new Uint8Array(1)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BusError);
  expect(error).toMatchObject({ code: 'disconnected' });
  await bus.close();
  expect(await waiting).toMatchObject({ code: 'closed' });
  expect(JSON.stringify([told, error, String(error), Object.entries(error as object)])).not.toContain(wrong);
});

test('B8 above the bound of what is unanswered, publishes are refused as overflow; too large ones as too-large', async () => {
  const target = parseRedisTarget(urlWith(PASSWORD));
  const bus = await whenConnected(
    createRedisBus({ target, timers: clock, maxPendingBytes: 10_000, maxPayloadBytes: 6_000 }),
  );
  const codes = await Promise.all(
    [6_001, 6_000, 6_000, 100].map((size) =>
      bus.publish('s', new Uint8Array(size)).then(
        () => 'sent',
        (error: BusError) => error.code,
      ),
    ),
  );
  expect(codes).toEqual(['too-large', 'sent', 'overflow', 'sent']);
  expect(await bus.publish('s', new Uint8Array(6_000))).toBe(0);
  await bus.close();
});

test('B7 subjects that UTF-8 cannot hold stay apart', async () => {
  const bus = await whenConnected(
    createRedisBus({ target: parseRedisTarget(urlWith(PASSWORD)), timers: clock }),
  );
  const seen: string[] = [];
  for (const subject of ['\ud800', '\udfff', '\ufffd'])
    await bus.subscribe(subject, () => void seen.push(subject));
  await bus.publish('\ud800', new Uint8Array(1));
  await until(() => seen.length > 0);
  expect(seen).toEqual(['\ud800']);
  await bus.close();
});

test('X10 an error of the server holds its words, and neither the command nor its arguments', async () => {
  const target = parseRedisTarget(urlWith(PASSWORD));
  const link = createRedisLink({ timers: clock, connect: (events) => openServer(target, 'test', events) });
  await link.whenUp();
  const error: unknown = await link
    .call('evalsha', 'no such hash', 1, 'key', 'canary-of-a-room')
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(RedisReplyError);
  expect(String(error)).toContain('NOSCRIPT');
  expect(JSON.stringify(Object.getOwnPropertyDescriptors(error))).not.toContain('canary-of-a-room');
  await link.close();
  await link.close();
  await expect(link.call('ping')).rejects.toMatchObject({ code: 'closed' });
});

test('F3 a stall of this process that is longer than the timeout costs no connection', async () => {
  const bus = await whenConnected(
    createRedisBus({ target: parseRedisTarget(urlWith(PASSWORD)), timers: clock }),
  );
  const told = tellings(bus);
  const seen: number[] = [];
  await bus.subscribe('s', (payload) => void seen.push(payload[0] ?? -1));
  bus.publish('s', Uint8Array.of(1)).catch(() => undefined);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_300);
  await until(() => seen.length > 0);
  await bus.publish('s', Uint8Array.of(2));
  await until(() => seen.length > 1);
  expect(seen).toEqual([1, 2]);
  expect(told).toEqual([]);
  await bus.close();
});

test('R9 whatever is published in whatever sizes, over resets too, each pair sees its order and nothing twice', async () => {
  const redis = await startProxiedRedis();
  const buses = await Promise.all([redis.connect(), redis.connect(), redis.connect()]);
  const settle = (): Promise<void> => new Promise((resolve) => void clock.after(10, resolve));
  await expectOrder({ buses, settle, reset: () => redis.proxy.reset(), numRuns: 15 });
  for (const bus of buses) await bus.close();
  await redis.stop();
});

test('R10 an endpoint hears within a second that its record is undelivered, and its request unreachable', async () => {
  const bus = await whenConnected(
    createRedisBus({ target: parseRedisTarget(urlWith(PASSWORD)), timers: clock }),
  );
  await expectSenderTold(bus, clock);
  await bus.close();
});

test('R2 calls that wait for a link are bounded too', async () => {
  const target = { ...parseRedisTarget(urlWith(PASSWORD)), port: 1 };
  const link = createRedisLink({
    ...{ timers: clock, graceMs: 100, maxPending: 5 },
    connect: (events) => openServer(target, 'test', events),
  });
  const codes = await Promise.all(
    Array.from({ length: 7 }, () => link.call('ping').catch((error: BusError) => error.code)),
  );
  expect(codes.sort()).toEqual([...Array<string>(5).fill('disconnected'), 'overflow', 'overflow']);
  await link.close();
});
