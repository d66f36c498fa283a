import type { Fill } from './fill-meter.js';

/**
 * One process on the bus: one inbox (subject = its id), one broadcast subject, and request/reply with deadlines (B12).
 * What is sent to one inbox within one turn of the event loop leaves as one publish (length-prefixed records, cut below
 * `maxPublishBytes`), in the order of sending, across all kinds of record.
 */
export interface Endpoint {
  /** This process's id, random at its start: `g_…`, `r_…`, `t_…`. */
  readonly id: string;
  /** Subscribes inbox and broadcast. */
  start(): Promise<void>;
  /** One-way, best effort. Never throws; the queue is bounded and overflow is reported through `onUndelivered`. */
  send(to: string, record: Uint8Array): void;
  /** One-way to every endpoint, this one included. */
  broadcast(record: Uint8Array): void;
  /** Resolves with the reply, or rejects with a RequestError. Late replies are ignored. */
  request(to: string, body: Uint8Array, options: RequestOptions): Promise<Uint8Array>;
  /** The one receiver of one-way records (sent or broadcast). The view is valid only during the call. */
  onRecord(receive: (from: string, record: Uint8Array) => void): void;
  /** The one answerer of requests. A rejection is answered as RequestError `refused`. */
  onRequest(answer: (from: string, body: Uint8Array) => Promise<Uint8Array>): void;
  /** Told of sent records that reached nobody (no receiver, bus error, overflow). */
  onUndelivered(tell: (to: string, records: readonly Uint8Array[]) => void): void;
  /** How full its queues are: bundles that are not settled, requests that wait, requests that are being answered. */
  fill(): EndpointFill;
  /** Rejects what is pending with `closed` and unsubscribes. */
  close(): Promise<void>;
}

/** Of each bounded queue of an endpoint. */
export type EndpointFill = Readonly<Record<'outbound' | 'requests' | 'answers', Fill>>;

/** How long to wait, and what may end the wait early. */
export interface RequestOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** `deadline`: no reply in time; `unreachable`: nobody has that inbox; `refused`: the other side threw. */
export type RequestErrorCode = 'deadline' | 'unreachable' | 'refused' | 'aborted' | 'overflow' | 'closed';

/** Why a request has no reply. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  constructor(code: RequestErrorCode, message: string = code) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
  }
}
