import { exportJWK } from 'jose';
import { describe, expect, test } from 'vitest';

import { createDevTokens, createTokenVerifier, openVerifier, TokenKeyError } from '../../src/index.js';
import { bytes, clock, GOOD, NOW, NOW_S, OTHER_SECRET, pair, SECRET, sign } from './keys.js';

const hsKey = { kid: 'hs', app: 'default', alg: 'HS256', secret: SECRET } as const;

describe('X3 good tokens', () => {
  test.each(['RS256', 'ES256', 'EdDSA'] as const)('X3 %s by PEM and by JWK', async (alg) => {
    const { privateKey, publicKey, pem } = await pair(alg);
    const jwk = { ...(await exportJWK(publicKey)) };
    for (const material of [{ publicKeyPem: pem }, { jwk }, { jwk: { ...jwk, alg, use: 'sig' } }]) {
      const verifier = await createTokenVerifier({
        keys: [{ kid: 'k', app: 'shop', alg, ...material }],
        clock,
      });
      const verified = await verifier.verify(await sign(GOOD, { alg, kid: 'k' }, privateKey));
      expect(verified).toEqual({
        app: 'shop',
        sub: 'ann',
        room: 'standup',
        expiresAt: NOW + 600_000,
        grants: {
          room: 'standup',
          roomJoin: true,
          roomAdmin: false,
          canPublish: true,
          canPublishData: true,
          canUpdateOwnMetadata: false,
          hidden: false,
        },
      });
    }
  });

  test('X3 HS256; name and attributes come along, metadata and the rest do not', async () => {
    const verifier = await createTokenVerifier({ keys: [hsKey], clock });
    const extra = {
      name: 'Ann 안',
      attributes: { role: 'host' },
      metadata: '{}',
      kind: 'standard',
      jti: 'x',
    };
    const verified = await verifier.verify(await sign({ ...GOOD, ...extra }));
    expect(verified).toMatchObject({ name: 'Ann 안', attributes: { role: 'host' } });
    expect(Object.keys(verified).sort()).toEqual([
      'app',
      'attributes',
      'expiresAt',
      'grants',
      'name',
      'room',
      'sub',
    ]);
  });

  test('X3 the clock may be 5 s off, not 6', async () => {
    const verifier = await createTokenVerifier({ keys: [hsKey], clock });
    await expect(verifier.verify(await sign({ ...GOOD, exp: NOW_S - 4 }))).resolves.toBeDefined();
    await expect(verifier.verify(await sign({ ...GOOD, nbf: NOW_S + 5 }))).resolves.toBeDefined();
    await expect(verifier.verify(await sign({ ...GOOD, nbf: NOW_S + 6 }))).rejects.toMatchObject({
      code: 'token_invalid',
    });
  });

  test('X4 expiresAt is the exp of the token in milliseconds, fractions included', async () => {
    const verifier = await createTokenVerifier({ keys: [hsKey], clock });
    const verified = await verifier.verify(await sign({ ...GOOD, exp: NOW_S + 1.5 }));
    expect(verified.expiresAt).toBe(NOW + 1_500);
  });

  test('X3 a typ of JWT or at+jwt is accepted in any case', async () => {
    const verifier = await createTokenVerifier({ keys: [hsKey], clock });
    for (const typ of ['JWT', 'jwt', 'at+JWT']) {
      await expect(
        verifier.verify(await sign(GOOD, { alg: 'HS256', kid: 'hs', typ })),
      ).resolves.toBeDefined();
    }
  });
});

describe('F15 rotation by kid', () => {
  test('F15 old and new keys live together; a key taken out is out', async () => {
    const old = await sign(GOOD, { alg: 'HS256', kid: '2026-10' });
    const fresh = await sign(GOOD, { alg: 'HS256', kid: '2026-11' }, bytes(OTHER_SECRET));
    const keys = [
      { kid: '2026-10', app: 'default', alg: 'HS256', secret: SECRET },
      { kid: '2026-11', app: 'default', alg: 'HS256', secret: OTHER_SECRET },
    ] as const;
    const both = await createTokenVerifier({ keys, clock });
    await expect(both.verify(old)).resolves.toBeDefined();
    await expect(both.verify(fresh)).resolves.toBeDefined();
    const after = await createTokenVerifier({ keys: keys.slice(1), clock });
    await expect(after.verify(old)).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(after.verify(fresh)).resolves.toBeDefined();
  });

  test('X5 the app comes from the key, never from the token', async () => {
    const keys = [
      { app: 'one', alg: 'HS256', secret: SECRET, iss: 'key1' },
      { app: 'two', alg: 'HS256', secret: OTHER_SECRET, iss: 'key2' },
    ] as const;
    const verifier = await createTokenVerifier({ keys, clock });
    const token = await sign({ ...GOOD, app: 'one', iss: 'key2' }, { alg: 'HS256' }, bytes(OTHER_SECRET));
    expect(await verifier.verify(token)).toMatchObject({ app: 'two' });
    const crossed = await sign({ ...GOOD, iss: 'key1' }, { alg: 'HS256' }, bytes(OTHER_SECRET));
    await expect(verifier.verify(crossed)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  test('X3 a kid is not looked up among keys without kid', async () => {
    const verifier = await createTokenVerifier({
      keys: [{ app: 'default', alg: 'HS256', secret: SECRET }],
      clock,
    });
    await expect(verifier.verify(await sign(GOOD, { alg: 'HS256' }))).resolves.toBeDefined();
    await expect(verifier.verify(await sign(GOOD))).rejects.toMatchObject({ code: 'token_invalid' });
  });
});

describe('X3 keys that cannot be used are refused at start, without a word of their content', () => {
  test('X3 garbage, private keys, small RSA keys, and keys of another type', async () => {
    const ec = await pair('ES256');
    const jwk = { ...(await exportJWK(ec.privateKey)) };
    const faults = [
      { alg: 'RS256', publicKeyPem: '-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PUBLIC KEY-----' },
      { alg: 'RS256', publicKeyPem: ec.pem },
      { alg: 'ES256', jwk },
      { alg: 'EdDSA', jwk: { kty: 'oct', k: 'c2VjcmV0' } },
      { alg: 'RS256', jwk: { ...(await exportJWK(ec.publicKey)), alg: 'ES256' } },
    ] as const;
    for (const fault of faults) {
      const made = createTokenVerifier({ keys: [{ kid: 'k', app: 'default', ...fault }], clock });
      const error: unknown = await made.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TokenKeyError);
      expect(String(error)).toMatch(/^TokenKeyError: JWT_KEYS\[0\]: /);
      expect(String(error)).not.toContain('c2VjcmV0');
    }
  });
});

describe('development tokens', () => {
  test('X2 open mode: anonymous without a token, and development tokens judged as strictly as any', async () => {
    const dev = await createDevTokens({ secret: 'cluster secret', clock });
    const verifier = openVerifier(dev.verifier);
    expect(verifier.anonymous).toMatchObject({
      app: 'default',
      sub: 'anonymous',
      expiresAt: Infinity,
      grants: { roomJoin: true, roomAdmin: false, canUpdateOwnMetadata: true },
    });
    expect(verifier.anonymous?.room).toBeUndefined();
    const token = await dev.issue({ room: 'standup', identity: 'ann', grants: { roomAdmin: true } });
    expect(await verifier.verify(token)).toMatchObject({
      app: 'default',
      sub: 'ann',
      room: 'standup',
      expiresAt: NOW + 3_600_000,
      grants: { roomJoin: true, roomAdmin: true },
    });
    await expect(verifier.verify(await sign(GOOD))).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(verifier.verify(`${token}x`)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  test('X3 another process with the same secret accepts them, one with another secret does not, and they expire', async () => {
    const issued = await createDevTokens({ secret: 'one', clock });
    const token = await issued.issue({ room: 'r', identity: 'ann', ttlS: 60 });
    const same = await createDevTokens({ secret: bytes('one'), clock });
    const other = await createDevTokens({ secret: 'two', clock });
    const later = await createDevTokens({ secret: 'one', clock: { now: () => 0, wall: () => NOW + 66_000 } });
    await expect(same.verifier.verify(token)).resolves.toBeDefined();
    await expect(other.verifier.verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(later.verifier.verify(token)).rejects.toMatchObject({ code: 'token_expired' });
  });
});
