import { randomUUID } from 'node:crypto';
import { BusError } from '../bus-error.js';
import type { Bus, BusStatus, Subscription } from '../bus.js';
import { createListeners } from '../listeners.js';
import type { Listeners } from '../listeners.js';
import type { Timers } from '../timers.js';
import { createChannels } from './channels.js';
import type { Channels, Receiver } from './channels.js';
import { createRedisLink } from './create-redis-link.js';
import type { RedisCall, RedisLink } from './create-redis-link.js';
import { openServer } from './open-redis.js';
import type { RedisTarget } from './redis-target.js';
import { watchStarvation } from './watch-starvation.js';

/** What a client of Redis pub/sub is made of. */
export interface RedisBusOptions {
  readonly target: RedisTarget;
  readonly timers: Timers;
  /** Publishes that the server has not answered: more are refused with BusError `overflow`. Default 10,000 and 16 MiB. */
  readonly maxPending?: number;
  readonly maxPendingBytes?: number;
  /** A larger payload is refused with BusError `too-large`; default 1 MiB, as NATS. */
  readonly maxPayloadBytes?: number;
  /** Between two looks at whether the subscriber still hears; three unheard ones in a row end its connection. Default 2,000. */
  readonly beatMs?: number;
  /** Told of what receivers and listeners throw. */
  readonly onThrow?: (error: unknown) => void;
}

interface Parts {
  readonly options: RedisBusOptions;
  readonly channels: Channels;
  readonly listeners: Listeners<BusStatus>;
  readonly publisher: RedisLink;
  readonly subscriber: RedisLink;
  /** Both links were up when it was last told of; undefined: never. */
  connected: boolean | undefined;
  /** The subscriber was up once and went down: messages may have been missed. */
  missed: boolean;
  closed: boolean;
}

const PREFIX = 'parley:';
const NAMES_A_COMMAND = 500;

/**
 * Creates the Redis driver of the bus port (B1 to B11), which connects at once, by one connection for publishing and one
 * for subscriptions. `subscribe` waits while there is no link; `publish` and `flush` reject at once, and what was sent
 * and not answered when a link ends rejects too and is not sent again. What arrives is delivered as it is read, so the
 * inbound queue is Redis' own: a subscriber that is too slow for it is cut off by the server, and told `reset`.
 * `publish` counts receivers in clients, and in a Redis Cluster not at all.
 */
export function createRedisBus(options: RedisBusOptions): Bus {
  const parts = assemble(options);
  const { publisher, subscriber, channels } = parts;
  const self = `parley-beat:${randomUUID()}`;
  const watch = watchStarvation({
    timers: options.timers,
    everyMs: options.beatMs ?? 2_000,
    beat: async () => {
      // What is half-open shows by the missing answer.
      subscriber.call('ping').catch(() => undefined);
      await publisher.call('publish', self, '');
    },
    onStarved: () => subscriber.reset(),
  });
  channels.add(self, watch.hear);
  return {
    publish: async (subject, payload) => publish(parts, subject, payload),
    subscribe: async (subject, receive) => subscribe(parts, subject, receive),
    onStatus: parts.listeners.add,
    flush: async () => void (await publisher.call('ping').catch(toBusError)),
    close: async () => {
      if (!parts.closed) watch.stop();
      parts.closed = true;
      channels.clear();
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  };
}

function assemble(options: RedisBusOptions): Parts {
  const { target, timers, onThrow = () => undefined } = options;
  const channels = createChannels(onThrow);
  const shared = { timers, onUp: () => tellUp(parts) };
  const publisher = createRedisLink({
    ...shared,
    ...(options.maxPending !== undefined && { maxPending: options.maxPending }),
    ...(options.maxPendingBytes !== undefined && { maxPendingBytes: options.maxPendingBytes }),
    connect: (events) => openServer(target, 'parley-bus-publisher', events),
    restore: createSuccession(),
    onDown: (reason) => tellDown(parts, reason),
  });
  const succeed = createSuccession();
  const subscriber = createRedisLink({
    ...shared,
    connect: (events) => openServer(target, 'parley-bus-subscriber', events),
    restore: async (call) => {
      await succeed(call);
      restored = channels.names();
      for (let at = 0; at < restored.length; at += NAMES_A_COMMAND)
        await call('subscribe', ...restored.slice(at, at + NAMES_A_COMMAND));
    },
    onUp: () => {
      // Ended while they were restored.
      for (const name of restored) if (!channels.has(name)) void leave(parts, name);
      tellUp(parts);
    },
    onDown: (reason) => {
      parts.missed = parts.connected !== undefined;
      tellDown(parts, reason);
    },
    onMessage: (channel, payload) => channels.deliver(channel.toString(), payload),
  });
  let restored: string[] = [];
  const listeners = createListeners<BusStatus>(onThrow);
  const parts: Parts = {
    ...{ options, channels, listeners, publisher, subscriber },
    ...{ connected: undefined, missed: false, closed: false },
  };
  return parts;
}

/**
 * On each new connection, ends the one before at the server, which may not have noticed that it is gone: what is left of
 * it must neither be published after what comes now nor count as a receiver. Best effort, as some servers forbid it.
 */
function createSuccession(): (call: RedisCall) => Promise<void> {
  let id: number | undefined;
  return async (call) => {
    if (id !== undefined) await call('client', 'kill', 'id', id).catch(() => undefined);
    const told = await call('client', 'id').catch(() => undefined);
    id = typeof told === 'number' ? told : undefined;
  };
}

/** Text is its own channel, but for what UTF-8 cannot hold or terminals should not show. */
function channelOf(subject: string): string {
  return `${PREFIX}${JSON.stringify(subject).slice(1, -1)}`;
}

async function publish(parts: Parts, subject: string, payload: Uint8Array): Promise<number | undefined> {
  const { options, publisher } = parts;
  if (payload.length > (options.maxPayloadBytes ?? 1024 * 1024)) throw new BusError('too-large');
  const receivers = await publisher.call('publish', channelOf(subject), payload).catch(toBusError);
  return options.target.cluster ? undefined : Number(receivers);
}

async function subscribe(
  parts: Parts,
  subject: string,
  receive: (payload: Uint8Array) => void,
): Promise<Subscription> {
  const receiver = parts.channels.add(channelOf(subject), receive);
  try {
    await confirm(parts, receiver.name);
  } catch (error) {
    await unsubscribe(parts, receiver);
    throw error;
  }
  return { unsubscribe: () => unsubscribe(parts, receiver) };
}

/** Waits for the link as long as it takes. Sent for each subscription, also where the channel has one: it costs little. */
async function confirm({ options, publisher, subscriber }: Parts, name: string): Promise<void> {
  for (;;) {
    // Who has subscribed will publish next.
    await publisher.whenUp();
    await subscriber.whenUp();
    try {
      await subscriber.call('subscribe', name);
      return;
    } catch (error) {
      if (!(error instanceof BusError && error.code === 'disconnected')) return toBusError(error);
    }
    await new Promise<void>((resolve) => options.timers.soon(resolve));
  }
}

async function unsubscribe(parts: Parts, receiver: Receiver): Promise<void> {
  if (parts.channels.remove(receiver)) await leave(parts, receiver.name);
}

/** On a link that is down there is nothing to leave: only what is still subscribed is restored. */
async function leave({ subscriber }: Parts, name: string): Promise<void> {
  await subscriber.call('unsubscribe', name).catch(() => undefined);
}

function tellUp(parts: Parts): void {
  const { publisher, subscriber, listeners } = parts;
  if (!publisher.isUp() || !subscriber.isUp()) return;
  const { missed } = parts;
  parts.connected = true;
  parts.missed = false;
  listeners.tell({ kind: 'connected' });
  if (missed) listeners.tell({ kind: 'reset' });
}

function tellDown(parts: Parts, reason: string): void {
  if (parts.closed) return;
  if (parts.connected === true) parts.connected = false;
  parts.listeners.tell({ kind: 'disconnected', reason });
}

function toBusError(error: unknown): never {
  if (error instanceof BusError) throw error;
  throw new BusError('disconnected', error instanceof Error ? error.message : 'failed');
}
