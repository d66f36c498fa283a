import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createTokenVerifier } from '@parley/kit';
import { createToken } from '../src/index.js';
import type { TokenRequest } from '../src/index.js';

const NOW = 1_700_000_000_000;
const secret = 'a secret of thirty-two bytes or more';
const request = { room: 'standup', identity: 'ada', now: NOW, key: { secret } } satisfies TokenRequest;

const clockAt = (ms: number) => ({ wall: () => ms, now: () => ms });

const verifierOf = (key: object, ms = NOW) =>
  createTokenVerifier({ keys: [{ app: 'default', ...key } as never], clock: clockAt(ms) });

const pair = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

const pemOf = (key: KeyObject, type: 'pkcs8' | 'spki'): string =>
  key.export({ type, format: 'pem' }) as string;

describe('X3 createToken', () => {
  test('X3 a token of a shared secret says who may join which room, until when', async () => {
    const verifier = await verifierOf({ alg: 'HS256', secret });
    const grants = { roomAdmin: true, canPublish: false };
    const token = createToken({ ...request, name: 'Ada', attributes: { team: 'x' }, grants, ttl: 60 });
    expect(await verifier.verify(token)).toEqual({
      app: 'default',
      sub: 'ada',
      name: 'Ada',
      attributes: { team: 'x' },
      expiresAt: NOW + 60_000,
      room: 'standup',
      grants: {
        room: 'standup',
        roomJoin: true,
        roomAdmin: true,
        canPublish: false,
        canPublishData: false,
        canUpdateOwnMetadata: false,
        hidden: false,
      },
    });
  });

  test.for(['RS256', 'ES256', 'EdDSA'] as const)('X3 %s by the kind of the private key', async (alg) => {
    const { privateKey, publicKey } = pair[alg]();
    const publicKeyPem = pemOf(publicKey, 'spki');
    const verifier = await verifierOf({ alg, kid: 'k', iss: 'me', aud: 'you', publicKeyPem });
    for (const given of [privateKey, pemOf(privateKey, 'pkcs8')]) {
      const key = { privateKey: given, kid: 'k', iss: 'me', aud: 'you' };
      expect(await verifier.verify(createToken({ ...request, key }))).toMatchObject({ sub: 'ada' });
    }
    const forged = createToken({ ...request, key: { privateKey: pair[alg]().privateKey, kid: 'k' } });
    await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  test('X3 an hour unless told, and expired then', async () => {
    const token = createToken(request);
    const valid = await verifierOf({ alg: 'HS256', secret }, NOW + 3_600_000 - 1_000);
    expect(await valid.verify(token)).toMatchObject({ expiresAt: NOW + 3_600_000 });
    const late = await verifierOf({ alg: 'HS256', secret }, NOW + 3_600_000 + 6_000);
    await expect(late.verify(token)).rejects.toMatchObject({ code: 'token_expired' });
  });

  test('X3 by the machine itself its time is now', async () => {
    const verifier = await verifierOf({ alg: 'HS256', secret }, Date.now());
    const { room, identity, key } = request;
    await expect(verifier.verify(createToken({ room, identity, key }))).resolves.toMatchObject({
      sub: 'ada',
    });
  });

  test('X3 what no server would accept is not signed', () => {
    const made = (change: Partial<TokenRequest>) => () => createToken({ ...request, ...change });
    for (const room of ['', 'é'.repeat(65)]) expect(made({ room })).toThrow(RangeError);
    expect(made({ identity: '' })).toThrow('identity: 1 to 128 bytes');
    expect(made({ name: 'x'.repeat(257) })).toThrow('name: 0 to 256 bytes');
    for (const ttl of [0, -1, 1.5, NaN, Infinity]) expect(made({ ttl })).toThrow(RangeError);
    expect(made({ key: { secret: 'too short, and never quoted' } })).toThrow(
      /^a secret has 32 bytes or more$/,
    );
    expect(made({ key: { privateKey: 'no key' } })).toThrow(/^no private key in PEM$/);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    const half = createPublicKey(pair.EdDSA().privateKey);
    for (const privateKey of [rsa, p384, half]) expect(made({ key: { privateKey } })).toThrow(TypeError);
  });
});
