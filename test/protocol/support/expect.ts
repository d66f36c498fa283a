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

/** Waits for the end: a goodbye that fits its code (CLOSE-1, CLOSE-2), then the close with the same code. */
export async function assertClosed(client: RawClient, code: number, ms = 5_000): Promise<Frame> {
  const goodbye = await client.take(ofType('goodbye'), ms);
  const { header, raw } = goodbye;
  assert.equal(header['code'], code, raw);
  assert.equal(header['reason'], CLOSE_REASONS[code], raw);
  const actions = code < 4_100 ? ['stop'] : ['resume', 'rejoin'];
  assert(actions.includes(String(header['action'])), `action does not fit the code: ${raw}`);
  assert.equal(await client.closed, code);
  assert.deepEqual(
    client.waiting.map(({ raw }) => raw),
    [],
    'nothing comes behind a goodbye',
  );
  return goodbye;
}
