import { createSystemClock } from '@parley/kit';
import { createFaultProxy, startNats, startRedis } from '@parley/testkit';
import type { FaultProxy, NatsServer, RedisServer } from '@parley/testkit';

/** The machine's clock, for all tests against real servers. */
export const clock = createSystemClock();

/** A real server, and a way to it that can be spoiled. */
export interface ProxiedServer<S extends RedisServer | NatsServer = RedisServer | NatsServer> {
  readonly server: S;
  readonly proxy: FaultProxy;
  /** Through the proxy. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A Redis behind a proxy. */
export async function proxiedRedis(): Promise<ProxiedServer<RedisServer>> {
  return proxied(await startRedis());
}

/** A NATS with JetStream behind a proxy. */
export async function proxiedNats(): Promise<ProxiedServer<NatsServer>> {
  return proxied(await startNats({ jetstream: true }));
}

async function proxied<S extends RedisServer | NatsServer>(server: S): Promise<ProxiedServer<S>> {
  const proxy = await createFaultProxy({ target: server });
  return {
    ...{ server, proxy },
    url: `${server.url.slice(0, server.url.indexOf(':'))}://127.0.0.1:${proxy.port}`,
    stop: async () => {
      await proxy.close();
      await server.stop();
    },
  };
}

/** Resolves after so many milliseconds. */
export function after(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

/** Milliseconds that work takes, and what it comes to. */
export async function timed<T>(
  work: Promise<T>,
): Promise<{ readonly ms: number; readonly outcome: T | Error }> {
  const startedAt = clock.now();
  const outcome = await work.catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  return { ms: clock.now() - startedAt, outcome };
}
