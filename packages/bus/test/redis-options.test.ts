import { describe, expect, test } from 'vitest';
import { BUS_SCHEMES, createBus } from '../src/index.js';
import { parseRedisTarget, redisClusterOptions, redisOptions, retryDelay } from '../src/redis/index.js';
import { createVirtualTimers } from './virtual-timers.js';

const SECRET = 'p@ss/word?#';
const ENCODED = encodeURIComponent(SECRET);

describe('R1 what ioredis is told', () => {
  const options = redisOptions(parseRedisTarget('redis://127.0.0.1'), 'parley-test');

  test('R1 nothing is sent again, nothing is queued without a link, nothing waits for ever', () => {
    expect(options).toMatchObject({
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      enableOfflineQueue: false,
      enableAutoPipelining: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 2_000,
      connectTimeout: 2_000,
      disconnectTimeout: 500,
      enableReadyCheck: true,
      maxLoadingRetryTime: 1_000,
      keepAlive: 5_000,
      noDelay: true,
      lazyConnect: false,
      protocol: 2,
      connectionName: 'parley-test',
    });
  });

  test('R1 connecting is never given up, with jitter, and no pause is above a second', () => {
    for (const times of [1, 2, 3, 10, 1_000, 1_000_000]) {
      const delays = Array.from({ length: 50 }, () => options.retryStrategy?.(times));
      for (const delay of delays) {
        expect(delay).toBeTypeOf('number');
        expect(delay).toBeGreaterThanOrEqual(10);
        expect(delay).toBeLessThanOrEqual(1_000);
      }
      expect(new Set(delays).size).toBeGreaterThan(1);
    }
    expect(Math.min(...Array.from({ length: 50 }, () => retryDelay(20)))).toBeGreaterThanOrEqual(500);
  });

  test('F6 a demoted primary is left, and the command is not sent again', () => {
    const decide = options.reconnectOnError;
    expect(decide?.(new Error("READONLY You can't write against a read only replica."))).toBe(true);
    expect(decide?.(new Error('ERR something else'))).toBe(false);
  });

  test('R1 R6 the nodes of a cluster are told the same', () => {
    const { redisOptions: node, ...cluster } = redisClusterOptions(
      parseRedisTarget('redis://h?cluster=1'),
      'x',
    );
    expect(cluster).toMatchObject({
      enableOfflineQueue: false,
      maxRedirections: 4,
      slotsRefreshTimeout: 2_000,
    });
    expect(node).toMatchObject({
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 2_000,
      connectTimeout: 2_000,
    });
  });
});

describe('Redis URLs', () => {
  test('each part is read', () => {
    expect(parseRedisTarget(`rediss://us%3Aer:${ENCODED}@redis.example:7000/3`)).toEqual({
      ...{ host: 'redis.example', port: 7000, username: 'us:er', password: SECRET },
      ...{ db: 3, tls: true, cluster: false },
    });
    expect(parseRedisTarget('redis://[::1]/?cluster=1')).toEqual({
      ...{ host: '::1', port: 6379, username: undefined, password: undefined },
      ...{ db: 0, tls: false, cluster: true },
    });
    expect(redisOptions(parseRedisTarget(`rediss://:${ENCODED}@h`), 'x')).toMatchObject({
      password: SECRET,
      tls: { servername: 'h' },
    });
  });

  test.each([
    `redis://user:${ENCODED}@`,
    `redis://user:${ENCODED}@host:notaport`,
    `redis://user:${ENCODED}@host:99999`,
    `redis://user:${ENCODED}@host/name`,
    `redis://user:${ENCODED}@host?cluster=yes`,
    `redis://user:${ENCODED}@host/1?cluster=1`,
    `redis://user:${ENCODED}@host?password=${ENCODED}`,
    `redis://user:%ff${ENCODED}@host`,
    `redis:${ENCODED}`,
    `unknown://user:${ENCODED}@host`,
  ])('X1 what cannot be read is refused without the secret: %s', (url) => {
    let error: unknown;
    try {
      void createBus(url, createVirtualTimers());
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(RangeError);
    const told = JSON.stringify([error, Object.getOwnPropertyNames(error), String(error)]);
    expect(told).not.toContain(ENCODED);
    expect(told).not.toContain(SECRET);
    expect((error as Error).cause).toBeUndefined();
  });

  test('both schemes have a driver', () => {
    expect(BUS_SCHEMES).toEqual(expect.arrayContaining(['redis', 'rediss']));
  });
});
