import assert from 'node:assert/strict';
import { ofType } from './native.js';
import type { Frame, RawClient } from './native.js';

/** Names of the close codes, as docs/ERRORS.md has them. */
const CLOSE_REASONS: Readonly<Record<number, string>> = {
  4000: 'bad_request',
  4001: 'room_full',
  4003: 'forbidden',
  4008: 'removed',
  4009: 'replaced',
  4010: 'token_expired',
  4100: 'overloaded',
  4101: 'rate_limited',
  4102: 'slow_consumer',
  4200: 'draining',
  4201: 'rebalancing',
  4202: 'internal',
};
const AFTER = new Set(['rate_limited', 'draining', 'unavailable', 'internal']);

/** Fails unless the frame is a reply with this error, in the documented form (REQ-1). */
export function assertRefused({ header, raw }: Frame, code: string): Readonly<Record<string, unknown>> {
  assert.equal(header['type'], 'reply', raw);
  assert.deepEqual(Object.keys(header).sort(), ['error', 'id', 'type'], raw);
  const error = header['error'] as Readonly<Record<string, unknown>>;
  assert.equal(error['code'], code, raw);
  assert(typeof error['message'] === 'string' && error['message'] !== '', raw);
  assert.equal(error['retry'], AFTER.has(code) ? 'after' : 'no', raw);
  if (error['retry'] === 'after') assert(Number.isSafeInteger(error['retryAfterMs']), raw);
  return error;
}

/** Fails unless the frame is an `error` frame with this code (REQ-4). */
export function assertError({ header, raw }: Frame, code: string): void {
  assert.equal(header['type'], 'error', raw);
  assert.equal(header['code'], code, raw);
  assert(typeof header['message'] === 'string' && header['message'] !== '', raw);
}

/** Takes the next `error` frame and checks its code. */
export async function takeError(client: RawClient, code: string): Promise<Frame> {
  const frame = await client.take(ofType('error'));
  assertError(frame, code);
  return frame;
}

/** Waits for the end: a goodbye that fits its code (CLOSE-1, CLOSE-2), last of all frames, and a close with that code. */
export async function assertClosed(client: RawClient, code: number, ms = 5_000): Promise<Frame> {
  assert.equal(await within(client.closed, ms, 'the connection is still open'), code);
  const goodbye = await client.take(ofType('goodbye'));
  const { header, raw } = goodbye;
  assert.equal(header['code'], code, raw);
  assert.equal(header['reason'], CLOSE_REASONS[code], raw);
  const actions = code < 4_100 ? ['stop'] : ['resume', 'rejoin'];
  assert(actions.includes(String(header['action'])), `action does not fit the code: ${raw}`);
  return goodbye;
}

/** The value of a promise, if it comes in time. */
export async function within<T>(promise: Promise<T>, ms: number, late: string): Promise<T> {
  const deadline = AbortSignal.timeout(ms);
  const expired = new Promise<never>((_, reject) => {
    deadline.onabort = () => reject(new Error(`${late} after ${ms / 1_000} s`));
  });
  return Promise.race([promise, expired]);
}

/** Asks again and again, for 5 s if not told otherwise, until an answer is not undefined. */
export async function eventually<T>(ask: () => Promise<T | undefined>, ms = 5_000): Promise<T> {
  const until = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > until) throw new Error(`not so within ${ms / 1_000} s: ${ask.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
