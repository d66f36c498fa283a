import { createSystemClock } from '@parley/kit';
import { putBehindProxy, startNats, startRedis } from '@parley/testkit';
import type { NatsServer, ProxiedServer, RedisServer } from '@parley/testkit';

/** The machine's clock, for all tests against real servers. */
export const clock = createSystemClock();

/** A Redis behind a proxy. */
export async function proxiedRedis(): Promise<ProxiedServer<RedisServer>> {
  return putBehindProxy(await startRedis());
}

/** A NATS with JetStream behind a proxy. */
export async function proxiedNats(): Promise<ProxiedServer<NatsServer>> {
  return putBehindProxy(await startNats({ jetstream: true }));
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
