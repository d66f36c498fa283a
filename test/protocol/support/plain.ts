import assert from 'node:assert/strict';
import { openRaw } from '../../support/raw-client.js';
import type { RawClient } from '../../support/raw-client.js';
import { eventually } from './expect.js';
import type { Target } from './target.js';

/** Where plain clients connect; the default room if none is named. */
export function plainUrl({ url }: Target, room?: string): string {
  const query = room === undefined ? '' : `?room=${encodeURIComponent(room)}`;
  return `${url.replace(/^http/, 'ws')}/signaling${query}`;
}

/** Opens a plain connection. There is no sign of when it is in the room. */
export async function openPlain(target: Target, room?: string): Promise<RawClient> {
  const client = await openRaw(plainUrl(target, room), [], target.headers ?? {});
  target.clients?.push(client);
  return client;
}

/**
 * A plain connection to a room that may be full for a moment yet. What it hears first is a refusal, or what somebody who is
 * in the room says until it is heard: that stays to be taken.
 */
export function openPlainSoon(target: Target, room: string, say: () => void): Promise<RawClient> {
  return eventually(async () => {
    const client = await openPlain(target, room);
    const heard = await eventually(async () => {
      say();
      return client.waiting[0]?.raw;
    });
    return heard.includes('room_full') ? undefined : client;
  });
}

/** Resolves once each of the two hears the other. */
export async function hearEachOther(a: RawClient, b: RawClient): Promise<void> {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    let tries = 0;
    await eventually(async () => {
      tries += 1;
      from.send(`{"probe":${tries}}`);
      return to.waiting.some(({ raw }) => raw.startsWith('{"probe"')) ? true : undefined;
    });
    from.send('{"end":"of probes"}');
    let raw = '';
    while (raw !== '{"end":"of probes"}') ({ raw } = await to.next());
  }
}

/** What the server itself says to a plain client. */
export async function takePlainError(client: RawClient, code: string): Promise<void> {
  const { header, raw } = await client.next();
  assert.equal(header['type'], 'error', raw);
  assert.equal(header['code'], code, raw);
  assert.equal(typeof header['message'], 'string', raw);
}
