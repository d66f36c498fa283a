import { unpackBundle } from './bundle.js';
import type { BusError } from './bus-error.js';
import type { Bus, Subscription } from './bus.js';
import { RequestError } from './endpoint.js';
import type { Endpoint } from './endpoint.js';
import { decodeRecord, encodeRecord } from './endpoint-record.js';
import type { EndpointRecord } from './endpoint-record.js';
import { createOutbox } from './outbox.js';
import { createFillMeter } from './fill-meter.js';
import type { FillMeter } from './fill-meter.js';
import type { Outbox } from './outbox.js';
import { createPendingRequests } from './pending-requests.js';
import type { PendingRequests } from './pending-requests.js';
import type { Timers } from './timers.js';

/** The subject that every endpoint subscribes beside its inbox. No endpoint may have it as its id. */
export const BROADCAST_SUBJECT = 'all';

/** What went wrong with something that came in; nothing else was harmed by it. */
export interface EndpointFault {
  /** `malformed`: bytes that are no bundle of ours; `threw`: a receiver threw. */
  readonly kind: 'malformed' | 'threw';
  readonly error: unknown;
}

/** What an endpoint works with. */
export interface EndpointOptions {
  readonly bus: Bus;
  readonly timers: Timers;
  readonly id: string;
  /** Default 512 KiB. */
  readonly maxPublishBytes?: number;
  /** Outbound, queued or in flight; default 16 MiB. */
  readonly maxQueuedBytes?: number;
  /** Requests that wait here, and requests that are being answered here (each); default 10,000. */
  readonly maxPendingRequests?: number;
  readonly onFault?: (fault: EndpointFault) => void;
}

interface Parts {
  readonly id: string;
  readonly bus: Bus;
  readonly timers: Timers;
  readonly outbox: Outbox;
  readonly pending: PendingRequests;
  readonly maxAnswering: number;
  readonly answers: FillMeter;
  readonly onFault: (fault: EndpointFault) => void;
  receive: (from: string, record: Uint8Array) => void;
  answer: (from: string, body: Uint8Array) => Promise<Uint8Array>;
  undelivered: (to: string, records: readonly Uint8Array[]) => void;
  subscriptions: Subscription[];
  answering: number;
  closed: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Creates the endpoint of one process. Requests that reach no receiver or a failing bus reject as `unreachable` at
 * once; those that do not fit the outbound queue or one publish, as `overflow`. A body given to `onRequest`'s answerer
 * stays valid while it answers. Broadcasts that nobody receives are not reported. After `close` nothing is called back,
 * and what is sent goes nowhere.
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const parts = assemble(options);
  return {
    id: parts.id,
    start: () => start(parts),
    send: (to, record) => send(parts, to, record),
    broadcast: (record) => send(parts, BROADCAST_SUBJECT, record),
    request: (to, body, { deadlineMs, signal }) => {
      if (parts.closed) return Promise.reject(new RequestError('closed'));
      if (signal?.aborted === true) return Promise.reject(new RequestError('aborted'));
      const request = parts.pending.open(to, { deadlineMs, ...(signal && { signal }) });
      if (request === undefined) return Promise.reject(new RequestError('overflow'));
      const record = encodeRecord({ kind: 'request', id: request.id, body });
      if (!parts.outbox.add(to, record)) parts.pending.reject(to, request.id, new RequestError('overflow'));
      return request.reply;
    },
    onRecord: (receive) => void (parts.receive = receive),
    onRequest: (answer) => void (parts.answer = answer),
    onUndelivered: (tell) => void (parts.undelivered = tell),
    fill: () => ({
      outbound: parts.outbox.fill(),
      requests: parts.pending.fill(),
      answers: parts.answers.take(),
    }),
    close: () => close(parts),
  };
}

function assemble(options: EndpointOptions): Parts {
  const { bus, timers, id, maxPendingRequests = 10_000 } = options;
  const parts: Parts = {
    id,
    bus,
    timers,
    outbox: createOutbox({
      bus,
      timers,
      head: encoder.encode(id),
      maxPublishBytes: options.maxPublishBytes ?? 512 * 1024,
      maxQueuedBytes: options.maxQueuedBytes ?? 16 * 1024 * 1024,
      onLost: (to, records, error) => lose(parts, to, { records, error }),
    }),
    pending: createPendingRequests(timers, maxPendingRequests),
    maxAnswering: maxPendingRequests,
    answers: createFillMeter(maxPendingRequests),
    onFault: options.onFault ?? (() => undefined),
    receive: () => undefined,
    answer: () => Promise.reject(new Error('nobody answers requests here')),
    undelivered: () => undefined,
    subscriptions: [],
    answering: 0,
    closed: false,
  };
  return parts;
}

async function start(parts: Parts): Promise<void> {
  const hear = (payload: Uint8Array): void => hearBundle(parts, payload);
  for (const subject of [parts.id, BROADCAST_SUBJECT]) {
    const subscription = await parts.bus.subscribe(subject, hear);
    if (parts.closed) return subscription.unsubscribe();
    parts.subscriptions.push(subscription);
  }
}

function send(parts: Parts, to: string, body: Uint8Array): void {
  if (parts.closed) return;
  if (parts.outbox.add(to, encodeRecord({ kind: 'one-way', body }))) return;
  const record = new Uint8Array(body);
  parts.timers.soon(() => tellUndelivered(parts, to, [record]));
}

function tellUndelivered(parts: Parts, to: string, records: readonly Uint8Array[]): void {
  if (parts.closed || records.length === 0 || to === BROADCAST_SUBJECT) return;
  guard(parts, () => parts.undelivered(to, records));
}

/** A bundle reached nobody: its requests fail now, its one-way records are reported, its replies have a deadline elsewhere. */
function lose(
  parts: Parts,
  to: string,
  lost: { records: readonly Uint8Array[]; error: BusError | undefined },
): void {
  const code = lost.error?.code === 'overflow' ? 'overflow' : 'unreachable';
  const oneWay: Uint8Array[] = [];
  for (const bytes of lost.records) {
    const record = decodeRecord(bytes);
    if (record?.kind === 'one-way') oneWay.push(record.body);
    if (record?.kind === 'request') {
      parts.pending.reject(to, record.id, new RequestError(code, lost.error?.message));
    }
  }
  tellUndelivered(parts, to, oneWay);
}

function hearBundle(parts: Parts, payload: Uint8Array): void {
  let records: Uint8Array[];
  try {
    records = unpackBundle(payload);
  } catch (error) {
    parts.onFault({ kind: 'malformed', error });
    return;
  }
  const from = decoder.decode(records.shift());
  for (const bytes of records) {
    if (parts.closed) return;
    const record = decodeRecord(bytes);
    // An unknown kind comes from a newer version: not ours to understand.
    if (record !== undefined) hearRecord(parts, from, record);
  }
}

function hearRecord(parts: Parts, from: string, record: EndpointRecord): void {
  switch (record.kind) {
    case 'one-way':
      return guard(parts, () => parts.receive(from, record.body));
    case 'request':
      return void answerRequest(parts, from, record);
    case 'reply':
      return void parts.pending.resolve(from, record.id, record.body);
    case 'error':
      return void parts.pending.reject(
        from,
        record.id,
        new RequestError('refused', decoder.decode(record.body)),
      );
  }
}

async function answerRequest(
  parts: Parts,
  from: string,
  request: { readonly id: number; readonly body: Uint8Array },
): Promise<void> {
  const { id } = request;
  const refuse = (reason: string): void => {
    parts.outbox.add(from, encodeRecord({ kind: 'error', id, body: encoder.encode(reason.slice(0, 256)) }));
  };
  if (parts.answering >= parts.maxAnswering) return refuse('too many requests');
  parts.answering += 1;
  parts.answers.note(parts.answering);
  try {
    const body = await parts.answer(from, request.body);
    if (parts.closed || parts.outbox.add(from, encodeRecord({ kind: 'reply', id, body }))) return;
    refuse('the reply is too large or the queue is full');
  } catch (error) {
    if (!parts.closed) refuse(error instanceof Error ? error.message : String(error));
  } finally {
    parts.answering -= 1;
    parts.answers.note(parts.answering);
  }
}

function guard(parts: Parts, run: () => void): void {
  try {
    run();
  } catch (error) {
    parts.onFault({ kind: 'threw', error });
  }
}

async function close(parts: Parts): Promise<void> {
  if (parts.closed) return;
  parts.closed = true;
  parts.outbox.flush();
  parts.pending.rejectAll('closed');
  const subscriptions = parts.subscriptions.splice(0);
  // A bus that is closed or cut off has nothing to unsubscribe.
  await Promise.allSettled(subscriptions.map((subscription) => subscription.unsubscribe()));
}
