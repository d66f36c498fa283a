import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';

/** A fixed time, so that no vector depends on the day it is run. */
export const NOW = Date.UTC(2026, 10, 22, 12);
export const NOW_S = NOW / 1_000;
export const clock = { wall: () => NOW, now: () => 0 };

export const SECRET = 'a-secret-of-more-than-thirty-two-bytes!';
export const OTHER_SECRET = 'another-secret-of-more-than-32-bytes!!!';
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const GOOD = {
  sub: 'ann',
  exp: NOW_S + 600,
  iss: 'issuer',
  aud: 'parley',
  parley: { room: 'standup', roomJoin: true },
};

/** Signs claims as they are, wrong ones included. */
export function sign(
  claims: object,
  header: { alg: string; [name: string]: unknown } = { alg: 'HS256', kid: 'hs' },
  key: CryptoKey | Uint8Array = bytes(SECRET),
): Promise<string> {
  return new SignJWT(claims as JWTPayload).setProtectedHeader(header).sign(key);
}

export async function pair(
  alg: string,
): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey; pem: string }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, publicKey, pem: await exportSPKI(publicKey) };
}

export const b64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** mulberry32: a small seeded generator, so that a failing run can be told by its seed. */
export function seeded(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
