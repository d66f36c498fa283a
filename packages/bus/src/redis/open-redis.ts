import { Cluster, Redis } from 'ioredis';
import { redisClusterOptions, redisOptions } from './redis-options.js';
import type { RedisTarget } from './redis-target.js';

/** What a link works with: ioredis, on one server or on a cluster, behind the few things that it is needed for. */
export interface RedisConnection {
  /** Sends one command now. Rejects with ioredis' own errors, which hold the command's arguments. */
  send(command: string, args: readonly (string | number | Buffer)[]): Promise<unknown>;
  /** Bytes read so far from the present server; undefined where there is none, or more than one. */
  bytesRead(): number | undefined;
  /** Ends the present connection without waiting for the other side; ioredis connects again. */
  reset(): void;
  /** Ends it for good. Resolves when its socket is gone. */
  close(): Promise<void>;
}

/** What it is told of. */
export interface ConnectionEvents {
  /** Commands can be sent; nothing is restored yet. */
  readonly ready: () => void;
  readonly lost: () => void;
  readonly fault: (error: Error) => void;
  readonly message?: (channel: Buffer, payload: Buffer) => void;
}

/** Connects, at once and for ever. */
export function openRedis(target: RedisTarget, name: string, events: ConnectionEvents): RedisConnection {
  return target.cluster ? openCluster(target, name, events) : openServer(target, name, events);
}

/** Connects to the one server that the URL names, be it a node of a cluster: enough for pub/sub, which all nodes share. */
export function openServer(target: RedisTarget, name: string, events: ConnectionEvents): RedisConnection {
  const redis = new Redis(redisOptions(target, name));
  listen(redis, events);
  return {
    send: (command, args) => redis.call(command, ...args),
    bytesRead: () => redis.stream?.bytesRead,
    // What was written and has not left must not arrive after what the next connection writes.
    reset: () => void redis.stream?.resetAndDestroy(),
    close: () => closeClient(redis),
  };
}

function openCluster(target: RedisTarget, name: string, events: ConnectionEvents): RedisConnection {
  const { host, port } = target;
  const cluster = new Cluster([{ host, port }], redisClusterOptions(target, name));
  listen(cluster, events);
  return {
    send: (command, args) => cluster.call(command, ...args),
    bytesRead: () => undefined,
    reset: () => cluster.disconnect(true),
    close: () => closeClient(cluster),
  };
}

function listen(client: Redis | Cluster, { ready, lost, fault, message }: ConnectionEvents): void {
  client.on('ready', ready);
  client.on('close', lost);
  client.on('error', fault);
  if (message !== undefined) client.on('messageBuffer', message);
}

/** In these states no socket is open, and after `disconnect` none will be; ioredis tells of no further one then. */
const SOCKETLESS: readonly string[] = ['wait', 'reconnecting', 'end'];

async function closeClient(client: Redis | Cluster): Promise<void> {
  if (SOCKETLESS.includes(client.status)) return client.disconnect();
  await new Promise<void>((resolve) => {
    client.once('end', resolve);
    client.disconnect();
  });
}
