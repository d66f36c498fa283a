import { createRedisLink, openRedis } from '@parley/bus/redis';
import type { RedisTarget } from '@parley/bus/redis';
import type { Clock } from '@parley/kit';
import type { Position } from '@parley/protocol';
import { decodeRoomState, encodeRoomState } from '@parley/protocol/internal';
import type { RoomBatch, RoomRef } from '@parley/protocol/internal';

import type { Store, Stored } from '../port.js';
import { createScript } from './script.js';

/** What the Redis driver of the store is made of. */
export interface RedisStoreOptions {
  readonly target: RedisTarget;
  readonly clock: Clock;
}

const FORGET_MS = 3_600_000;
/** Together with one answer that does not come (2 s) it stays below the 2.5 s in which a join is answered. */
const GRACE_MS = 300;

/** A room is one hash: its position, its state, its last batch. `ARGV[1]` is the position that must be stored, '' for none. */
const COMMIT = createScript(`
if (redis.call('HGET', KEYS[1], 'at') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'at', ARGV[2], 'state', ARGV[3], 'batch', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
`);

const TOUCH = createScript(`
if redis.call('HGET', KEYS[1], 'at') ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);

/**
 * Creates the Redis driver of the store port, which connects at once and for ever. A call waits 300 ms for a link that is
 * down, which is longer than a cut link takes to come back. A call without an answer for two seconds rejects and takes
 * the link down, so that the next one of the same turn does not wait as long again. Nothing is sent a second time. Errors
 * hold neither credentials nor what is stored.
 */
export function createRedisStore({ target, clock }: RedisStoreOptions): Store {
  const link = createRedisLink({
    timers: clock,
    connect: (events) => openRedis(target, 'parley-store', events),
    graceMs: GRACE_MS,
  });
  return {
    load: async (room) => read(await link.call('hmget', keyOf(room), 'state', 'batch')),
    commit: async (room, expected, { state, batch }) => {
      const positions = [expected === undefined ? '' : textOf(expected), textOf(state.at)];
      const values = [encodeRoomState(state), JSON.stringify(batch)];
      return outcome(await COMMIT.run(link.call, keyOf(room), ...positions, ...values, FORGET_MS));
    },
    touch: async (room, expected) =>
      outcome(await TOUCH.run(link.call, keyOf(room), textOf(expected), FORGET_MS)),
    ping: async () => void (await link.call('ping')),
    close: link.close,
  };
}

/** Names hold what they like: JSON keeps the two apart. */
function keyOf({ app, room }: RoomRef): string {
  return `parley:room:${JSON.stringify([app, room])}`;
}

function textOf([epoch, version]: Position): string {
  return `${epoch}.${version}`;
}

function outcome(reply: unknown): 'ok' | 'conflict' {
  return reply === 1 ? 'ok' : 'conflict';
}

function read(reply: unknown): Stored | undefined {
  const [state, batch] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  if (typeof state !== 'string' || typeof batch !== 'string') return undefined;
  return { state: decodeRoomState(state), batch: JSON.parse(batch) as RoomBatch };
}
