import { RequestError } from './endpoint.js';
import type { RequestErrorCode, RequestOptions } from './endpoint.js';
import { createFillMeter } from './fill-meter.js';
import type { Fill } from './fill-meter.js';
import type { Timers } from './timers.js';

/** Requests that wait for their reply. */
export interface PendingRequests {
  /** Opens one; undefined when as many wait as may. */
  open(to: string, options: RequestOptions): PendingRequest | undefined;
  /** Settles the one with this id; false when none waits for that sender (late, or forged). */
  resolve(from: string, id: number, body: Uint8Array): boolean;
  reject(to: string, id: number, error: RequestError): boolean;
  rejectAll(code: RequestErrorCode): void;
  /** Of `maxPending`. */
  fill(): Fill;
}

/** One request that waits. */
export interface PendingRequest {
  readonly id: number;
  readonly reply: Promise<Uint8Array>;
}

interface Entry {
  readonly to: string;
  readonly settle: (outcome: Uint8Array | RequestError) => void;
}

/** Creates the bounded table of pending requests; each leaves it by reply, error, deadline, abort or `rejectAll`. */
export function createPendingRequests(timers: Timers, maxPending: number): PendingRequests {
  const entries = new Map<number, Entry>();
  const meter = createFillMeter(maxPending);
  let last = 0;
  const nextId = (): number => {
    do last = (last + 1) >>> 0;
    while (entries.has(last));
    return last;
  };
  const settle = (peer: string, id: number, outcome: Uint8Array | RequestError): boolean => {
    const entry = entries.get(id);
    if (entry?.to !== peer) return false;
    entry.settle(outcome);
    return true;
  };
  return {
    open: (to, { deadlineMs, signal }) => {
      if (entries.size >= maxPending) return undefined;
      const id = nextId();
      const reply = new Promise<Uint8Array>((resolve, reject) => {
        const end = (outcome: Uint8Array | RequestError): void => {
          entries.delete(id);
          meter.note(entries.size);
          cancel();
          signal?.removeEventListener('abort', abort);
          if (outcome instanceof RequestError) reject(outcome);
          else resolve(outcome);
        };
        const abort = (): void => end(new RequestError('aborted'));
        const cancel = timers.after(deadlineMs, () => end(new RequestError('deadline')));
        signal?.addEventListener('abort', abort);
        entries.set(id, { to, settle: end });
        meter.note(entries.size);
      });
      return { id, reply };
    },
    resolve: settle,
    reject: settle,
    rejectAll: (code) => {
      for (const entry of [...entries.values()]) entry.settle(new RequestError(code));
    },
    fill: meter.take,
  };
}
