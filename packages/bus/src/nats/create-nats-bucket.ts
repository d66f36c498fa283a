import { JetStreamApiCodes, JetStreamApiError, jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';

import type { Timers } from '../timers.js';
import { BucketError } from './bucket-error.js';
import { BUCKET_PARAMETERS, bucketSettings } from './bucket-settings.js';
import type { BucketSettings } from './bucket-settings.js';
import { natsConnectionOptions } from './nats-connection-options.js';
import { openNatsLink } from './nats-link.js';
import { parseNatsUrl } from './nats-url.js';

/**
 * Values by key in one JetStream bucket, each forgotten by the server `ttlMs` after it was last written. Every call
 * settles within `withinMs` (default 2,000); it rejects with a BucketError, and a `put` that rejects may have written.
 */
export interface NatsBucket {
  /** Read from the stream's leader, so that what `put` has resolved with is seen. */
  get(key: string, withinMs?: number): Promise<BucketEntry>;
  /** Writes if the key's revision is still that of `entry`; false if it is not. */
  put(key: string, entry: WrittenEntry, withinMs?: number): Promise<boolean>;
  /** Idempotent; what waits rejects as `closed`. */
  close(): Promise<void>;
}

/** What stands under a key: `value` is undefined where there is none. */
export interface BucketEntry {
  readonly value: Uint8Array | undefined;
  readonly revision: number;
}

/** A new value, and the revision of the entry that it replaces. */
export interface WrittenEntry {
  readonly value: Uint8Array;
  readonly revision: number;
}

/** What a bucket works with. */
export interface NatsBucketOptions {
  /** `nats://` or `tls://`, as `parseNatsUrl` reads it; parameters as `bucketSettings` reads them. */
  readonly url: string;
  readonly timers: Pick<Timers, 'after'>;
  readonly ttlMs: number;
  /** Told of errors of the link; calls tell of their own. */
  readonly onFault?: (error: unknown) => void;
}

interface Call {
  readonly fail: (error: BucketError) => void;
}

interface State {
  readonly timers: Pick<Timers, 'after'>;
  readonly settings: BucketSettings;
  readonly calls: Set<Call>;
  /** Of values that are being written. */
  bytes: number;
  connection: NatsConnection | undefined;
  /** A call met its deadline, and since then the server has answered nothing. */
  suspect: boolean;
  bucket: Promise<KV> | undefined;
  refusal: 'closed' | 'disconnected';
  reason: string;
}

type Work<T> = (bucket: KV) => Promise<T>;

const DEADLINE_MS = 2_000;
const MAX_CALLS = 4_096;
const MAX_BYTES = 16 * 1024 * 1024;
const REMOVED: readonly string[] = ['DEL', 'PURGE'];
const CONFLICTS: readonly number[] = [
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
];

/**
 * Creates a client of a bucket; it connects in the background, creates the bucket when it is first used, and again when
 * it has gone. While there is no link every call rejects at once; so it does after a deadline until the server answers a
 * ping, so that nothing piles up behind a dead link. Throws a RangeError for a malformed URL.
 */
export function createNatsBucket({ url: text, timers, ttlMs, onFault }: NatsBucketOptions): NatsBucket {
  const url = parseNatsUrl(text, BUCKET_PARAMETERS);
  const state: State = {
    ...{ timers, settings: bucketSettings(url.parameters, ttlMs), calls: new Set(), bytes: 0 },
    ...{ connection: undefined, suspect: false, bucket: undefined, refusal: 'disconnected' },
    reason: 'not connected yet',
  };
  const options = natsConnectionOptions(url, { name: 'parley-store', prefix: 'parley' });
  const link = openNatsLink(options, timers, {
    up: (connection) => {
      state.connection = connection;
      state.suspect = false;
    },
    down: (reason) => goDown(state, 'disconnected', reason),
    fault: (error) => onFault?.(error),
  });
  return {
    get: (key, withinMs = DEADLINE_MS) => call(state, { bytes: 0, withinMs }, (bucket) => get(bucket, key)),
    put: (key, entry, withinMs = DEADLINE_MS) =>
      call(state, { bytes: entry.value.length, withinMs }, (bucket) => put(bucket, key, entry)),
    close: async () => {
      goDown(state, 'closed');
      await link.close();
    },
  };
}

async function get(bucket: KV, key: string): Promise<BucketEntry> {
  const entry = await bucket.get(key);
  if (entry === null) return { value: undefined, revision: 0 };
  return { value: REMOVED.includes(entry.operation) ? undefined : entry.value, revision: entry.revision };
}

async function put(bucket: KV, key: string, { value, revision }: WrittenEntry): Promise<boolean> {
  try {
    await bucket.put(key, value, { previousSeq: revision, timeout: DEADLINE_MS });
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && CONFLICTS.includes(error.code)) return false;
    throw error;
  }
}

async function call<T>(
  state: State,
  { bytes, withinMs }: { readonly bytes: number; readonly withinMs: number },
  work: Work<T>,
): Promise<T> {
  if (state.connection === undefined) throw new BucketError(state.refusal, state.reason);
  if (state.suspect) throw new BucketError('disconnected', 'the server answers nothing');
  if (state.calls.size >= MAX_CALLS || state.bytes + bytes > MAX_BYTES) throw new BucketError('overflow');
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      if (!state.calls.delete(entry)) return;
      state.bytes -= bytes;
      cancel();
      settle();
    };
    const entry: Call = { fail: (error) => end(() => reject(error)) };
    const cancel = state.timers.after(withinMs, () => {
      doubt(state);
      entry.fail(new BucketError('deadline'));
    });
    state.calls.add(entry);
    state.bytes += bytes;
    attempt(state, work).then(
      (value) => end(() => resolve(value)),
      (cause: unknown) => entry.fail(new BucketError('failed', String(cause), { cause })),
    );
  });
}

/** Once more when the bucket has gone: what was told that has not been written. */
async function attempt<T>(state: State, work: Work<T>): Promise<T> {
  const bucket = open(state);
  try {
    return await work(await bucket);
  } catch (error) {
    if (!isGone(error)) throw error;
    if (state.bucket === bucket) state.bucket = undefined;
    return work(await open(state));
  }
}

/** No such stream; or nobody listens where it would, which is told in place of it. */
function isGone(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === JetStreamApiCodes.StreamNotFound;
  return error instanceof Error && error.name === 'JetStreamNotEnabled';
}

function open(state: State): Promise<KV> {
  if (state.bucket !== undefined) return state.bucket;
  const { connection, settings } = state;
  if (connection === undefined) return Promise.reject(new BucketError(state.refusal, state.reason));
  const client = jetstream(connection, { timeout: DEADLINE_MS });
  const opening = new Kvm(client).create(settings.name, { ...settings.options });
  state.bucket = opening;
  opening.catch(() => {
    if (state.bucket === opening) state.bucket = undefined;
  });
  return opening;
}

/** Nothing more is sent until the server answers. */
function doubt(state: State): void {
  const { connection } = state;
  if (state.suspect || connection === undefined) return;
  state.suspect = true;
  connection.flush().then(
    () => {
      if (state.connection === connection) state.suspect = false;
    },
    () => undefined,
  );
}

function goDown(state: State, why: 'closed' | 'disconnected', reason: string = why): void {
  if (state.refusal === 'closed') return;
  state.refusal = why;
  state.reason = reason;
  state.connection = undefined;
  state.bucket = undefined;
  for (const { fail } of [...state.calls]) fail(new BucketError(why, reason));
}
