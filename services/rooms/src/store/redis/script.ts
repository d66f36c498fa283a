import { createHash } from 'node:crypto';
import { RedisReplyError } from '@parley/bus/redis';
import type { RedisArgument, RedisCall } from '@parley/bus/redis';

/** A Lua script over one key, so that it is safe in a Redis Cluster. */
export interface Script {
  run(call: RedisCall, key: string, ...args: RedisArgument[]): Promise<unknown>;
}

/** Creates a script that is sent by its hash, and whole where the server does not have it (SCRIPT FLUSH, a failover). */
export function createScript(lua: string): Script {
  const hash = createHash('sha1').update(lua).digest('hex');
  return {
    run: async (call, key, ...args) => {
      try {
        return await call('evalsha', hash, 1, key, ...args);
      } catch (error) {
        // The answer of a server that has run nothing.
        if (!(error instanceof RedisReplyError && error.message.startsWith('NOSCRIPT'))) throw error;
        return call('eval', lua, 1, key, ...args);
      }
    },
  };
}
