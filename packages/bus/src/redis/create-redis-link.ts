import { BusError } from '../bus-error.js';
import type { Timers } from '../timers.js';
import type { ConnectionEvents, RedisConnection } from './open-redis.js';
import { RedisReplyError } from './redis-reply-error.js';

/** An argument of a command: text, a number, or bytes, which are copied before `call` returns. */
export type RedisArgument = string | number | Uint8Array;
/** Sends one command and gives its result, strings as text. Rejects with a BusError or a RedisReplyError. */
export type RedisCall = (command: string, ...args: RedisArgument[]) => Promise<unknown>;

/**
 * A connection to Redis that comes back for ever. While it is down every call is rejected at once (or after `graceMs`),
 * and a call that gets no answer for two seconds takes it down, so that what follows need not wait as long again.
 * Nothing is ever sent twice: after a rejection it is unknown whether the command ran. Commands run in the order of
 * calling.
 */
export interface RedisLink {
  readonly call: RedisCall;
  isUp(): boolean;
  /** Resolves once it is up; rejects with BusError `closed`. */
  whenUp(): Promise<void>;
  /** Drops the connection, and makes a new one. */
  reset(): void;
  /** Idempotent; resolves when no handle is left. Afterwards calls reject with BusError `closed`. */
  close(): Promise<void>;
}

/** What a link works with. */
export interface RedisLinkOptions {
  readonly timers: Timers;
  readonly connect: (events: ConnectionEvents) => RedisConnection;
  /** Does, with calls of its own, what must be done on each new connection before others may call. */
  readonly restore?: (call: RedisCall) => Promise<void>;
  readonly onUp?: () => void;
  /** Told when the link goes down, and of each further reason why it does not come up. Without secrets. */
  readonly onDown?: (reason: string) => void;
  readonly onMessage?: (channel: Buffer, payload: Buffer) => void;
  /** How long a call waits for a link that is down; default 0. With it, calls may overtake those that waited. */
  readonly graceMs?: number;
  /** Bounds of the calls that are not settled: more are rejected with BusError `overflow`. */
  readonly maxPending?: number;
  readonly maxPendingBytes?: number;
}

interface State {
  readonly options: RedisLinkOptions;
  readonly limits: { readonly count: number; readonly bytes: number };
  connection: RedisConnection;
  phase: 'down' | 'restoring' | 'up' | 'suspect' | 'closed';
  /** Counts connections. */
  epoch: number;
  pending: number;
  pendingBytes: number;
  reason: string;
  readonly waiting: Set<(error?: BusError) => void>;
  closing: Promise<void> | undefined;
}

const ENDED = 'the connection ended';
/** A connection on which restoring failed is not tried again at once. */
const RESTORE_PAUSE_MS = 1_000;

/** Creates a link that connects at once. */
export function createRedisLink(options: RedisLinkOptions): RedisLink {
  const { maxPending = 10_000, maxPendingBytes = 16 * 1024 * 1024 } = options;
  const connection = options.connect({
    ready: () => void restore(state),
    lost: () => goDown(state),
    fault: (error) => tellFault(state, error),
    ...(options.onMessage && { message: options.onMessage }),
  });
  const state: State = {
    ...{ options, connection, phase: 'down', epoch: 0, pending: 0, pendingBytes: 0 },
    ...{ limits: { count: maxPending, bytes: maxPendingBytes }, reason: 'not connected yet' },
    ...{ waiting: new Set(), closing: undefined },
  };
  const { graceMs = 0 } = options;
  return {
    call: async (command, ...args) => {
      if (state.phase !== 'up' && graceMs === 0) throw notUp(state);
      return counted(state, args, async () => {
        // No turn of the event loop, nor of its microtasks, while the link is up: calls keep their order.
        if (state.phase !== 'up') await waitUp(state, graceMs);
        if (state.phase !== 'up') throw notUp(state);
        return send(state, command, args);
      });
    },
    isUp: () => state.phase === 'up',
    whenUp: () => waitUp(state),
    reset: () => reset(state),
    close: () => (state.closing ??= close(state)),
  };
}

/** Does the work of one call, within the bounds. */
async function counted(
  state: State,
  args: readonly RedisArgument[],
  work: () => Promise<unknown>,
): Promise<unknown> {
  const size = args.reduce<number>((sum, arg) => sum + (typeof arg === 'number' ? 8 : arg.length), 0);
  const { count, bytes } = state.limits;
  if (state.pending >= count || state.pendingBytes + size > bytes) throw new BusError('overflow');
  state.pending += 1;
  state.pendingBytes += size;
  try {
    return await work();
  } finally {
    state.pending -= 1;
    state.pendingBytes -= size;
  }
}

async function send(state: State, command: string, args: readonly RedisArgument[]): Promise<unknown> {
  const { epoch } = state;
  try {
    return await state.connection.send(command, args.map(toArgument));
  } catch (error) {
    throw toError(state, error, epoch);
  }
}

/** A view, not a copy: ioredis copies a command with bytes among its arguments when it writes it (B5-1 looks at that). */
function toArgument(arg: RedisArgument): string | number | Buffer {
  return arg instanceof Uint8Array ? Buffer.from(arg.buffer, arg.byteOffset, arg.byteLength) : arg;
}

function toError(state: State, error: unknown, epoch: number): BusError | RedisReplyError {
  if (!(error instanceof Error)) return new BusError('disconnected', 'not an error');
  if (error.name === 'ReplyError' || error.name === 'ClusterAllFailedError')
    return new RedisReplyError(error.message);
  if (error.message === 'Command timed out') suspect(state, epoch);
  // The socket is ending, and ioredis has not told of it yet.
  else if (state.epoch === epoch && error.message.startsWith("Stream isn't writeable")) reset(state);
  // In its place ioredis speaks of retries, of which there are none.
  return notUp(state, error.name === 'MaxRetriesPerRequestError' ? state.reason : error.message);
}

/**
 * A call had no answer in time. After a stall of this process the answer is there and only has to be read, hence the turn
 * of the event loop; a connection on which nothing comes then either is dropped.
 */
function suspect(state: State, epoch: number): void {
  if (state.epoch !== epoch || state.phase !== 'up') return;
  state.phase = 'suspect';
  const bytesRead = state.connection.bytesRead();
  state.options.timers.soon(() => {
    if (state.epoch !== epoch || state.phase !== 'suspect') return;
    if (bytesRead === undefined || state.connection.bytesRead() === bytesRead) return reset(state);
    state.phase = 'up';
    wake(state);
  });
}

async function restore(state: State): Promise<void> {
  if (state.phase === 'closed') return;
  const epoch = ++state.epoch;
  state.phase = 'restoring';
  const isPresent = (): boolean => state.epoch === epoch && state.phase === 'restoring';
  try {
    await state.options.restore?.((command, ...args) => send(state, command, args));
  } catch (error) {
    if (!isPresent()) return;
    tellFault(state, error);
    state.options.timers.after(RESTORE_PAUSE_MS, () => isPresent() && reset(state));
    return;
  }
  if (!isPresent()) return;
  state.phase = 'up';
  state.reason = ENDED;
  state.options.onUp?.();
  wake(state);
}

function goDown(state: State): void {
  if (state.phase === 'closed') return;
  const wasUp = state.phase === 'up' || state.phase === 'suspect';
  state.epoch += 1;
  state.phase = 'down';
  if (wasUp) tellDown(state, state.reason);
}

function reset(state: State): void {
  if (state.phase === 'closed') return;
  goDown(state);
  state.connection.reset();
}

function tellFault(state: State, error: unknown): void {
  const reason = error instanceof Error && error.message !== '' ? error.message.slice(0, 200) : 'failed';
  const isDown = state.phase === 'down' || state.phase === 'restoring';
  if (isDown && reason !== state.reason) tellDown(state, reason);
  else state.reason = reason;
}

function tellDown(state: State, reason: string): void {
  state.reason = reason;
  state.options.onDown?.(reason);
}

function wake(state: State, error?: BusError): void {
  for (const settle of [...state.waiting]) settle(error);
}

function waitUp(state: State, withinMs?: number): Promise<void> {
  if (state.phase === 'up') return Promise.resolve();
  if (state.phase === 'closed') return Promise.reject(new BusError('closed'));
  return new Promise((resolve, reject) => {
    const settle = (error?: BusError): void => {
      state.waiting.delete(settle);
      cancel?.();
      if (error === undefined) resolve();
      else reject(error);
    };
    const cancel =
      withinMs === undefined ? undefined : state.options.timers.after(withinMs, () => settle(notUp(state)));
    state.waiting.add(settle);
  });
}

function notUp(state: State, reason = state.reason): BusError {
  return state.phase === 'closed' ? new BusError('closed') : new BusError('disconnected', reason);
}

async function close(state: State): Promise<void> {
  state.phase = 'closed';
  state.epoch += 1;
  wake(state, new BusError('closed'));
  await state.connection.close();
}
