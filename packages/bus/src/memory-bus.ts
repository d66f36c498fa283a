import { BusError } from './bus-error.js';
import type { Bus, BusStatus, Subscription } from './bus.js';
import { createListeners } from './listeners.js';
import type { Timers } from './timers.js';

/** A broker inside one process: each `connect()` is one client of it, as if it stood on a machine of its own. */
export interface MemoryBroker {
  connect(): Bus;
  /** Clients that are not closed. */
  clients(): number;
  /** Subjects that somebody subscribes. */
  subjects(): number;
}

/** Bounds of each client's inbound queue, and where a throwing receiver is told of. */
export interface MemoryBrokerOptions {
  /** Default 65,536. */
  readonly maxQueuedMessages?: number;
  /** Default 64 MiB. */
  readonly maxQueuedBytes?: number;
  /** A larger payload is refused with BusError `too-large`; default 1 MiB, as NATS. */
  readonly maxPayloadBytes?: number;
  readonly onThrow?: (error: unknown) => void;
}

interface Wire {
  readonly timers: Timers;
  readonly limits: Required<MemoryBrokerOptions>;
  readonly subscribers: Map<string, Set<Receiver>>;
  readonly clients: Set<Client>;
}

interface Receiver {
  readonly client: Client;
  readonly receive: (payload: Uint8Array) => void;
  active: boolean;
}

interface Client {
  readonly queue: Delivery[];
  readonly receivers: Map<Receiver, string>;
  queuedBytes: number;
  dropped: number;
  scheduled: boolean;
  closed: boolean;
  readonly tell: (status: BusStatus) => void;
}

interface Delivery {
  readonly receiver: Receiver;
  readonly payload: Uint8Array;
}

/**
 * Creates the memory driver of the bus port (B1-B8, B10, B11; a link that cannot break needs no B9). Delivery happens
 * at the end of the turn, one copy of the payload a receiver; a client whose queue is full loses the newest messages,
 * and is told with `dropped`. Receivers are counted in clients, as Redis counts them.
 */
export function createMemoryBroker(timers: Timers, options: MemoryBrokerOptions = {}): MemoryBroker {
  const limits = {
    maxQueuedMessages: 65_536,
    maxQueuedBytes: 64 * 1024 * 1024,
    maxPayloadBytes: 1024 * 1024,
    onThrow: () => undefined,
    ...options,
  };
  const wire: Wire = { timers, limits, subscribers: new Map(), clients: new Set() };
  return {
    connect: () => connect(wire),
    clients: () => wire.clients.size,
    subjects: () => wire.subscribers.size,
  };
}

function connect(wire: Wire): Bus {
  const listeners = createListeners<BusStatus>(wire.limits.onThrow);
  const client: Client = {
    queue: [],
    receivers: new Map(),
    queuedBytes: 0,
    dropped: 0,
    scheduled: false,
    closed: false,
    tell: listeners.tell,
  };
  wire.clients.add(client);
  // An async function turns the throw into a rejection.
  const mustBeOpen = (): void => {
    if (client.closed) throw new BusError('closed');
  };
  return {
    publish: async (subject, payload) => {
      mustBeOpen();
      if (payload.length > wire.limits.maxPayloadBytes) throw new BusError('too-large');
      return publish(wire, subject, payload);
    },
    subscribe: async (subject, receive) => {
      mustBeOpen();
      return subscribe(wire, client, { subject, receive });
    },
    onStatus: listeners.add,
    flush: async () => mustBeOpen(),
    close: async () => close(wire, client),
  };
}

function publish(wire: Wire, subject: string, payload: Uint8Array): number {
  const clients = new Set<Client>();
  for (const receiver of wire.subscribers.get(subject) ?? []) {
    clients.add(receiver.client);
    enqueue(wire, receiver, payload);
  }
  return clients.size;
}

function enqueue(wire: Wire, receiver: Receiver, payload: Uint8Array): void {
  const { client } = receiver;
  const { maxQueuedMessages, maxQueuedBytes } = wire.limits;
  if (client.queue.length >= maxQueuedMessages || client.queuedBytes + payload.length > maxQueuedBytes) {
    client.dropped += 1;
  } else {
    client.queue.push({ receiver, payload: new Uint8Array(payload) });
    client.queuedBytes += payload.length;
  }
  if (client.scheduled) return;
  client.scheduled = true;
  wire.timers.soon(() => drain(wire, client));
}

/** Delivers what waits now; what receivers publish meanwhile waits for the next turn. */
function drain(wire: Wire, client: Client): void {
  client.scheduled = false;
  const { dropped } = client;
  client.dropped = 0;
  client.queuedBytes = 0;
  for (const { receiver, payload } of client.queue.splice(0)) {
    if (!receiver.active) continue;
    try {
      receiver.receive(payload);
    } catch (error) {
      wire.limits.onThrow(error);
    }
  }
  if (dropped > 0 && !client.closed) client.tell({ kind: 'dropped', count: dropped });
}

function subscribe(
  wire: Wire,
  client: Client,
  { subject, receive }: { subject: string; receive: (payload: Uint8Array) => void },
): Subscription {
  const receiver: Receiver = { client, receive, active: true };
  const present = wire.subscribers.get(subject) ?? new Set();
  wire.subscribers.set(subject, present.add(receiver));
  client.receivers.set(receiver, subject);
  return { unsubscribe: async () => unsubscribe(wire, receiver) };
}

function unsubscribe(wire: Wire, receiver: Receiver): void {
  receiver.active = false;
  const subject = receiver.client.receivers.get(receiver);
  if (subject === undefined) return;
  receiver.client.receivers.delete(receiver);
  const present = wire.subscribers.get(subject);
  present?.delete(receiver);
  if (present?.size === 0) wire.subscribers.delete(subject);
}

function close(wire: Wire, client: Client): void {
  client.closed = true;
  for (const receiver of [...client.receivers.keys()]) unsubscribe(wire, receiver);
  client.queue.length = 0;
  client.queuedBytes = 0;
  wire.clients.delete(client);
}
