import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startNats, startRedis } from '@parley/testkit';
import type { NatsServer, RedisServer } from '@parley/testkit';
import { Redis } from 'ioredis';

/** What joins a cluster in a test: a real server of its own, and what may befall it. */
export interface Joint {
  readonly url: string;
  /** Empties the store, while everything runs. */
  wipe(): Promise<void>;
  /** Keeps the store as it is now, for `rollBack`. */
  snapshot(): Promise<void>;
  /** The server is killed and comes back with the store as it was at the snapshot. */
  rollBack(): Promise<void>;
  stop(): Promise<void>;
}

/** The servers that a cluster can run over, each for bus and store. */
export const JOINTS = [
  { name: 'Redis', start: startRedisJoint },
  { name: 'NATS', start: startNatsJoint },
] as const;

async function startRedisJoint(): Promise<Joint> {
  const server = await startRedis();
  const ask = async (command: string): Promise<void> => {
    const redis = new Redis(server.url, { lazyConnect: true });
    await redis.connect();
    await redis.call(command);
    redis.disconnect();
  };
  return {
    url: server.url,
    wipe: () => ask('FLUSHALL'),
    // It reads this file when it starts, and writes it only when asked.
    snapshot: () => ask('SAVE'),
    rollBack: () => ownProcess(server).restart(),
    stop: server.stop,
  };
}

async function startNatsJoint(): Promise<Joint> {
  const server = await startNats({ jetstream: true });
  const folder = (): string => ownProcess(server).folder;
  const kept = (): string => path.join(folder(), '..', `${path.basename(folder())}-kept`);
  return {
    url: server.url,
    wipe: async () => {
      const connection = await connect({ servers: server.url });
      const manager = await jetstreamManager(connection);
      for await (const { config } of manager.streams.list()) await manager.streams.purge(config.name);
      await connection.close();
    },
    snapshot: () => cp(path.join(folder(), 'jetstream'), kept(), { recursive: true }),
    rollBack: () =>
      ownProcess(server).restart(async () => {
        await rm(path.join(folder(), 'jetstream'), { recursive: true });
        await cp(kept(), path.join(folder(), 'jetstream'), { recursive: true });
      }),
    stop: async () => {
      await server.stop();
      if (server.process !== undefined) await rm(kept(), { recursive: true, force: true });
    },
  };
}

function ownProcess({ process }: RedisServer | NatsServer): NonNullable<RedisServer['process']> {
  if (process === undefined) throw new Error('this needs a server of its own, not one in a container');
  return process;
}
