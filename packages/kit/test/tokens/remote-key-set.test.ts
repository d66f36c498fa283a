import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createTokenVerifier } from '../../src/index.js';
import type { TokenVerifier } from '../../src/index.js';
import { bytes, GOOD, NOW, pair, SECRET, sign } from './keys.js';

/** What the key server does with the next requests. */
type Mood = 'good' | 'error' | 'stall' | 'garbage' | 'redirect' | 'huge';

let server: Server;
let mood: Mood;
let keys: JWK[];
let fetches: number;
let now: number;
let one: CryptoKey;
let two: CryptoKey;

const jwk = async (key: CryptoKey, extra: object): Promise<JWK> => ({
  ...(await exportJWK(key)),
  use: 'sig',
  ...extra,
});

beforeEach(async () => {
  const [first, second] = await Promise.all([pair('ES256'), pair('EdDSA')]);
  one = first.privateKey;
  two = second.privateKey;
  keys = [await jwk(first.publicKey, { kid: 'one' }), await jwk(second.publicKey, { kid: 'two' })];
  mood = 'good';
  fetches = 0;
  now = 0;
  server = createServer((_request, response) => {
    fetches += 1;
    if (mood === 'stall') return;
    if (mood === 'redirect') response.writeHead(302, { location: '/other' });
    if (mood === 'error') response.writeHead(500);
    if (mood === 'garbage') return void response.end('{"keys":[1]}');
    response.end(JSON.stringify({ keys, ...(mood === 'huge' && { padding: 'x'.repeat(300_000) }) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function create(extra: object = {}): Promise<TokenVerifier> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  return createTokenVerifier({
    keys: [{ kid: 'static', app: 'default', alg: 'HS256', secret: SECRET }],
    keySet: { url, app: 'sso', iss: 'issuer', aud: 'parley', timeoutMs: 300, cooldownMs: 0, ...extra },
    clock: { wall: () => NOW, now: () => now },
  });
}
const withOne = () => sign(GOOD, { alg: 'ES256', kid: 'one' }, one);
const withTwo = () => sign(GOOD, { alg: 'EdDSA', kid: 'two' }, two);
const unavailable = { name: 'TokenError', code: 'unavailable' };
const invalid = { name: 'TokenError', code: 'token_invalid' };

describe('X3 keys from a JWKS', () => {
  test('X3 are fetched once, at the first need, and serve beside the configured ones', async () => {
    const verifier = await create();
    expect(fetches).toBe(0);
    expect(await verifier.verify(await withOne())).toMatchObject({ app: 'sso', sub: 'ann' });
    expect(await verifier.verify(await withTwo())).toMatchObject({ app: 'sso' });
    expect(await verifier.verify(await sign(GOOD, { alg: 'HS256', kid: 'static' }))).toMatchObject({
      app: 'default',
    });
    expect(fetches).toBe(1);
  });

  test('X3 serve only the algorithm of their type, never HMAC, and only by kid', async () => {
    keys.push({ kty: 'oct', k: Buffer.from(SECRET).toString('base64url'), kid: 'oct' });
    const verifier = await create();
    const { pem } = await pair('ES256');
    for (const token of [
      await sign(GOOD, { alg: 'HS256', kid: 'oct' }),
      await sign(GOOD, { alg: 'HS256', kid: 'one' }, bytes(pem)),
      await sign(GOOD, { alg: 'ES256' }, one),
      await sign(GOOD, { alg: 'EdDSA', kid: 'one' }, two),
      await sign({ ...GOOD, iss: 'other' }, { alg: 'ES256', kid: 'one' }, one),
      await sign(GOOD, { alg: 'ES256', kid: 'nobody' }, one),
    ]) {
      await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
    }
  });

  test('F15 a new kid is found at once, a removed one is gone after its age', async () => {
    const verifier = await create();
    await verifier.verify(await withOne());
    const third = await pair('ES256');
    keys = [await jwk(third.publicKey, { kid: 'three' })];
    const fresh = await sign(GOOD, { alg: 'ES256', kid: 'three' }, third.privateKey);
    expect(await verifier.verify(fresh)).toMatchObject({ sub: 'ann' });
    expect(fetches).toBe(2);
    await expect(verifier.verify(await withOne())).rejects.toMatchObject(invalid);
  });

  test('X3 unknown kids cause at most one fetch in the cooldown', async () => {
    const verifier = await create({ cooldownMs: 60_000 });
    await verifier.verify(await withOne());
    for (let at = 0; at < 20; at += 1) {
      const token = await sign(GOOD, { alg: 'ES256', kid: `k${at}` }, one);
      await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
    }
    expect(fetches).toBe(1);
  });

  test.each(['error', 'stall', 'garbage', 'redirect', 'huge'] as const)(
    'X3 a key server that answers with %s: unavailable, not the fault of the token, and not asked again at once',
    async (bad) => {
      mood = bad;
      const verifier = await create();
      await expect(verifier.verify(await withOne())).rejects.toMatchObject(unavailable);
      await expect(verifier.verify(await withOne())).rejects.toMatchObject(unavailable);
      expect(fetches).toBe(1);
      mood = 'good';
      now += 5_000;
      await expect(verifier.verify(await withOne())).resolves.toMatchObject({ sub: 'ann' });
    },
  );

  test('X3 an outage of the key server refuses nobody within the hour, and does not delay either', async () => {
    const verifier = await create();
    await verifier.verify(await withOne());
    mood = 'stall';
    now += 3_000_000;
    await expect(verifier.verify(await withTwo())).resolves.toMatchObject({ sub: 'ann' });
    now += 700_000;
    await expect(verifier.verify(await withTwo())).rejects.toMatchObject(unavailable);
  });
});
