import { createInbox } from '@nats-io/transport-node';
import type { Msg, NatsConnection, Subscription as NatsSubscription } from '@nats-io/transport-node';

import { BusError } from '../bus-error.js';
import type { Bus, BusStatus, Subscription } from '../bus.js';
import { createListeners } from '../listeners.js';
import type { Listeners } from '../listeners.js';
import type { Timers } from '../timers.js';
import { natsConnectionOptions } from './nats-connection-options.js';
import { openNatsLink } from './nats-link.js';
import type { NatsLink } from './nats-link.js';
import { natsToken } from './nats-subject.js';
import { parseNatsUrl } from './nats-url.js';
import { createOutboundWindow } from './outbound-window.js';
import type { OutboundWindow } from './outbound-window.js';

/** What a NATS bus works with. */
export interface NatsBusOptions {
  /** `nats://` or `tls://`, as `parseNatsUrl` reads it; `?prefix=` (default `parley`) begins every subject. */
  readonly url: string;
  readonly timers: Timers;
  /** Outbound, waiting or not confirmed; default 65,536. */
  readonly maxQueuedMessages?: number;
  /** The same in bytes; default 16 MiB. */
  readonly maxQueuedBytes?: number;
  /** Told of what receivers and listeners throw, and of errors of the link. */
  readonly onFault?: (error: unknown) => void;
}

interface Receiver {
  readonly subject: string;
  readonly receive: (payload: Uint8Array) => void;
  active: boolean;
  bound: NatsSubscription | undefined;
  confirm: (error?: BusError) => void;
}

interface State {
  readonly timers: Timers;
  readonly prefix: string;
  readonly window: OutboundWindow;
  readonly listeners: Listeners<BusStatus>;
  readonly onFault: (error: unknown) => void;
  readonly receivers: Set<Receiver>;
  connection: NatsConnection | undefined;
  replies: string;
  /** Counts the times that the link went down. */
  downs: number;
  isReady: boolean;
  wasReady: boolean;
  closing: Promise<void> | undefined;
}

const PREFIX = /^[\w-]+(\.[\w-]+)*$/;
const CLOSE_MS = 1_000;

/**
 * Creates the NATS driver of the bus port; it connects in the background. `publish` resolves when the server has the
 * message: with 0 if the server says that nobody listens there (it answers the reply subject of such a message at once),
 * else with undefined. While there is no link, or the server has confirmed nothing for 2 s, `publish` rejects as
 * `disconnected`, and `subscribe` waits. A slow reader is bounded by the server, which cuts its link: `reset` tells.
 * Throws a RangeError for a malformed URL.
 */
export function createNatsBus(options: NatsBusOptions): Bus {
  const url = parseNatsUrl(options.url, ['prefix']);
  const prefix = url.parameters.get('prefix') ?? 'parley';
  if (!PREFIX.test(prefix)) throw new RangeError('NATS URL: prefix is not words joined by dots');
  const onFault = options.onFault ?? (() => undefined);
  const { maxQueuedMessages = 65_536, maxQueuedBytes = 16 * 1024 * 1024 } = options;
  const state: State = {
    ...{ timers: options.timers, prefix, onFault, receivers: new Set(), connection: undefined, replies: '' },
    window: createOutboundWindow(options.timers, { maxQueuedMessages, maxQueuedBytes }),
    listeners: createListeners<BusStatus>(onFault),
    ...{ downs: 0, isReady: false, wasReady: false, closing: undefined },
  };
  const link = openNatsLink(natsConnectionOptions(url, { name: 'parley-bus', prefix }), options.timers, {
    up: (connection) => void goUp(state, connection),
    down: (reason) => goDown(state, reason),
    fault: onFault,
  });
  return {
    publish: (subject, payload) => state.window.send(subjectOf(state, subject), payload),
    subscribe: (subject, receive) => subscribe(state, subject, receive),
    onStatus: state.listeners.add,
    flush: () => state.window.flush(),
    close: () => (state.closing ??= close(state, link)),
  };
}

function subjectOf(state: State, subject: string): string {
  return `${state.prefix}.bus.${natsToken(subject)}`;
}

/** Everything is subscribed again before anybody is told, so that `reset` finds a bus that hears. */
async function goUp(state: State, connection: NatsConnection): Promise<void> {
  if (state.connection !== connection) bindAll(state, connection);
  const { downs } = state;
  if (!(await confirm(state, connection)) || state.downs !== downs) return;
  state.isReady = true;
  state.window.open({
    publish: (subject, payload, tag) =>
      connection.publish(subject, payload, { reply: `${state.replies}.${tag.toString(36)}` }),
    flush: () => connection.flush(),
    maxPayload: () => connection.info?.max_payload ?? 0,
  });
  const isBack = state.wasReady;
  state.wasReady = true;
  state.listeners.tell({ kind: 'connected' });
  if (isBack) state.listeners.tell({ kind: 'reset' });
}

function goDown(state: State, reason: string): void {
  state.downs += 1;
  state.isReady = false;
  state.window.shut('disconnected');
  state.listeners.tell({ kind: 'disconnected', reason });
}

function bindAll(state: State, connection: NatsConnection): void {
  state.connection = connection;
  state.replies = createInbox(`${state.prefix}.nobody`);
  const callback = (_error: Error | null, message: Msg): void => hearReply(state, message);
  connection.subscribe(`${state.replies}.*`, { callback });
  for (const receiver of state.receivers) bind(state, receiver, connection);
}

/** A message with a reply subject that meets no subscriber is answered with status 503, before the next ping is. */
function hearReply(state: State, message: Msg): void {
  if (message.headers?.code !== 503) return;
  state.window.nobody(Number.parseInt(message.subject.slice(state.replies.length + 1), 36));
}

function bind(state: State, receiver: Receiver, connection: NatsConnection): void {
  // Another one is on its way.
  if (connection.isClosed()) return;
  receiver.bound = connection.subscribe(receiver.subject, {
    callback: (error, { data }) => {
      if (error !== null) return state.onFault(error);
      if (!receiver.active) return;
      try {
        // A plain array: what a Buffer gives by `slice` is no copy.
        receiver.receive(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      } catch (thrown) {
        state.onFault(thrown);
      }
    },
  });
}

/** Whether the server has all subscriptions made so far; false if the link broke, and then it comes back or is closed. */
async function confirm(state: State, connection: NatsConnection): Promise<boolean> {
  const waiting = [...state.receivers];
  try {
    await connection.flush();
  } catch {
    return false;
  }
  if (state.closing !== undefined || state.connection !== connection) return false;
  for (const receiver of waiting) receiver.confirm();
  return true;
}

async function subscribe(
  state: State,
  subject: string,
  receive: (payload: Uint8Array) => void,
): Promise<Subscription> {
  if (state.closing !== undefined) throw new BusError('closed');
  const receiver: Receiver = {
    ...{ subject: subjectOf(state, subject), receive, active: true, bound: undefined },
    confirm: () => undefined,
  };
  const confirmed = new Promise<void>((resolve, reject) => {
    receiver.confirm = (error) => (error === undefined ? resolve() : reject(error));
  });
  state.receivers.add(receiver);
  if (state.connection !== undefined) {
    bind(state, receiver, state.connection);
    // Also while the link comes up: who is subscribed then is known already.
    void confirm(state, state.connection);
  }
  await confirmed;
  return { unsubscribe: async () => unsubscribe(state, receiver) };
}

function unsubscribe(state: State, receiver: Receiver): void {
  receiver.active = false;
  if (state.receivers.delete(receiver) && state.closing === undefined) receiver.bound?.unsubscribe();
}

/** What was published before still leaves, if it can within a second. */
async function close(state: State, link: NatsLink): Promise<void> {
  for (const receiver of state.receivers) {
    receiver.active = false;
    receiver.confirm(new BusError('closed'));
  }
  const flushed = state.window.flush().catch(() => undefined);
  state.window.refuse();
  await withinCloseTime(state, flushed);
  state.window.shut('closed');
  await link.close();
}

function withinCloseTime(state: State, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = state.timers.after(CLOSE_MS, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });
}
