import { randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisTarget } from './redis-target.js';

/** How long a command, and the connecting, may take. */
export const REDIS_TIMEOUT_MS = 2_000;

/** ioredis' types want to know. */
interface Legacy {
  readonly replyMapping: 'legacy';
}

const RETRY = { firstMs: 20, mostMs: 1_000 };

/**
 * What each connection is told, all of it explicit: nothing is queued while there is no link, nothing is sent a second
 * time, nothing waits for ever, and the connecting is never given up. Subscriptions are restored by whoever made them,
 * because ioredis calls itself ready before it has.
 */
export function redisOptions(target: RedisTarget, name: string): RedisOptions & Legacy {
  const { host, port, username, password, db, tls } = target;
  return {
    ...{ host, port, db },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: isIP(host) === 0 ? { servername: host } : {} }),
    connectionName: name,
    disableClientInfo: true,
    // One dialect for everything that speaks Redis, proxies in front of it included.
    ...{ protocol: 2, replyMapping: 'legacy' },
    lazyConnect: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    maxRetriesPerRequest: 0,
    commandTimeout: REDIS_TIMEOUT_MS,
    connectTimeout: REDIS_TIMEOUT_MS,
    disconnectTimeout: 500,
    enableReadyCheck: true,
    maxLoadingRetryTime: 1_000,
    keepAlive: 5_000,
    noDelay: true,
    retryStrategy: retryDelay,
    // A demoted primary: connecting again finds the new one. The command is not sent again (that would be 2).
    reconnectOnError: ({ message }) => message.includes('READONLY'),
  };
}

/** The same for a Redis Cluster: its connections are ioredis' own, each with the options above. */
export function redisClusterOptions(
  target: RedisTarget,
  name: string,
): ClusterOptions & { redisOptions: Legacy } {
  const { host: _host, port: _port, db: _db, retryStrategy: _retry, ...shared } = redisOptions(target, name);
  return {
    lazyConnect: false,
    enableOfflineQueue: false,
    enableReadyCheck: true,
    enableAutoPipelining: false,
    maxRedirections: 4,
    retryDelayOnMoved: 0,
    retryDelayOnFailover: 100,
    retryDelayOnClusterDown: 100,
    retryDelayOnTryAgain: 50,
    slotsRefreshTimeout: REDIS_TIMEOUT_MS,
    slotsRefreshInterval: 30_000,
    clusterRetryStrategy: retryDelay,
    redisOptions: shared,
  };
}

/** Milliseconds before the `times`-th attempt: doubling, half of it at random, at most a second; there is no last one. */
export function retryDelay(times: number): number {
  const ms = Math.min(RETRY.firstMs * 2 ** Math.min(times - 1, 16), RETRY.mostMs);
  return ms / 2 + randomInt(ms / 2 + 1);
}
