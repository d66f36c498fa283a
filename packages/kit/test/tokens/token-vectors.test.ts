import { createHmac } from 'node:crypto';

import { CompactSign, exportJWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';

import { createTokenVerifier } from '../../src/index.js';
import type { TokenVerifier } from '../../src/index.js';
import { b64, bytes, clock, GOOD, NOW_S, OTHER_SECRET, pair, SECRET, sign } from './keys.js';

let verifier: TokenVerifier;
let rsa: Awaited<ReturnType<typeof pair>>;
let ec: Awaited<ReturnType<typeof pair>>;
let stranger: Awaited<ReturnType<typeof pair>>;

beforeAll(async () => {
  [rsa, ec, stranger] = await Promise.all([pair('RS256'), pair('ES256'), pair('RS256')]);
  const expected = { app: 'default', iss: 'issuer', aud: 'parley' };
  verifier = await createTokenVerifier({
    keys: [
      { ...expected, kid: 'hs', alg: 'HS256', secret: SECRET },
      { ...expected, kid: 'rs', alg: 'RS256', publicKeyPem: rsa.pem },
      { ...expected, kid: 'es', alg: 'ES256', publicKeyPem: ec.pem },
    ],
    clock,
  });
});

const rs = { alg: 'RS256', kid: 'rs' };
const hs = { alg: 'HS256', kid: 'hs' };
const good = () => sign(GOOD);
const claims = (extra: object) => () => sign({ ...GOOD, ...extra });
const without = (name: keyof typeof GOOD) => () => {
  const { [name]: _left, ...rest } = GOOD;
  return sign(rest);
};
/** A genuine HMAC over any header and payload texts, which a signing library would refuse to make. */
const forge = (header: unknown, payload: unknown, key: string | Buffer = SECRET) => {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
};
const parts = async (): Promise<[string, string, string]> =>
  (await good()).split('.') as [string, string, string];
const deep = `${'['.repeat(2_500)}${']'.repeat(2_500)}`;

type Vector = readonly [name: string, token: () => string | Promise<string>];

const INVALID: readonly Vector[] = [
  ['empty', () => ''],
  ['not a token at all', () => 'hello'],
  ['two parts', async () => (await parts()).slice(0, 2).join('.')],
  ['four parts', async () => `${await good()}.x`],
  ['doubled dot', async () => (await good()).replace('.', '..')],
  ['no signature', async () => `${(await parts()).slice(0, 2).join('.')}.`],
  ['five parts, as an encrypted token', async () => `${await good()}.a.b`],
  ['white space around it', async () => ` ${await good()}`],
  ['padding', async () => `${await good()}==`],
  ['other alphabet', async () => `${await good()}+/`],
  ['NUL in it', async () => `${await good()}\u0000`],
  ['Bearer in front', async () => `Bearer ${await good()}`],
  ['alg none, empty signature', () => `${b64({ alg: 'none' })}.${b64(GOOD)}.`],
  ['alg none, some signature', () => `${b64({ alg: 'none', kid: 'hs' })}.${b64(GOOD)}.${b64('x')}`],
  ['alg None', () => forge({ alg: 'None', kid: 'hs' }, GOOD)],
  ['alg missing', () => forge({ kid: 'hs' }, GOOD)],
  ['alg a number', () => forge({ alg: 256, kid: 'hs' }, GOOD)],
  ['alg a list', () => forge({ alg: ['HS256'], kid: 'hs' }, GOOD)],
  ['alg HS512 under an HS256 key', () => sign(GOOD, { ...hs, alg: 'HS512' }, bytes(SECRET.repeat(2)))],
  ['HS256 with the public RSA key as secret', () => forge({ alg: 'HS256', kid: 'rs' }, GOOD, rsa.pem)],
  ['HS256 with the trimmed public RSA key', () => forge({ alg: 'HS256', kid: 'rs' }, GOOD, rsa.pem.trim())],
  ['HS256 with the public EC key as secret', () => forge({ alg: 'HS256', kid: 'es' }, GOOD, ec.pem)],
  ['RS256 naming the HMAC key', () => sign(GOOD, { alg: 'RS256', kid: 'hs' }, rsa.privateKey)],
  ['RS256 signature under the ES256 key', () => sign(GOOD, { alg: 'RS256', kid: 'es' }, rsa.privateKey)],
  [
    'ES256 signature of zeros',
    () => `${b64({ alg: 'ES256', kid: 'es' })}.${b64(GOOD)}.${b64(Buffer.alloc(64).toString())}`,
  ],
  ['signed by a stranger', () => sign(GOOD, rs, stranger.privateKey)],
  ['signed with another secret', () => sign(GOOD, hs, bytes(OTHER_SECRET))],
  ['signed with an empty secret', () => forge(hs, GOOD, '')],
  ['unknown kid', () => sign(GOOD, { ...hs, kid: 'nobody' })],
  ['kid missing where all keys have one', () => sign(GOOD, { alg: 'HS256' })],
  ['kid empty', () => forge({ ...hs, kid: '' }, GOOD)],
  ['kid a number', () => forge({ ...hs, kid: 1 }, GOOD)],
  ['kid __proto__', () => forge({ ...hs, kid: '__proto__' }, GOOD)],
  ['kid a path', () => forge({ ...hs, kid: '../../dev/null' }, GOOD, '')],
  ['kid of 4 KiB', () => forge({ ...hs, kid: 'k'.repeat(4_096) }, GOOD)],
  ['crit', () => forge({ ...hs, crit: ['exp'], exp: 1 }, GOOD)],
  ['crit with b64', () => forge({ ...hs, crit: ['b64'], b64: true }, GOOD)],
  ['b64 false', () => forge({ ...hs, b64: false, crit: ['b64'] }, GOOD)],
  ['typ of something else', () => sign(GOOD, { ...hs, typ: 'dpop+jwt' })],
  ['header is a list', () => forge([], GOOD)],
  ['header is null', () => forge('null', GOOD)],
  ['header is not JSON', () => forge('{"alg":"HS256"', GOOD)],
  [
    'header is not UTF-8',
    () => `${Buffer.from([0xff, 0xfe]).toString('base64url')}.${b64(GOOD)}.${b64('x')}`,
  ],
  ['header nested deep', () => `${b64(`{"alg":"HS256","kid":"hs","x":${deep}}`)}.e30.e30`],
  ['payload is a list', () => forge(hs, [])],
  ['payload is a string', () => forge(hs, '"sub"')],
  ['payload is not JSON', () => new CompactSign(bytes('{"sub":')).setProtectedHeader(hs).sign(bytes(SECRET))],
  [
    'payload tampered with',
    async () => {
      const [header, , signature] = await parts();
      return `${header}.${b64({ ...GOOD, sub: 'bob' })}.${signature}`;
    },
  ],
  [
    'header tampered with',
    async () => {
      const [, payload, signature] = await parts();
      return `${b64({ ...hs, extra: 1 })}.${payload}.${signature}`;
    },
  ],
  ['signature cut', async () => (await good()).slice(0, -2)],
  [
    'signature of another token',
    async () => {
      const [header, payload] = await parts();
      return `${header}.${payload}.${(await sign({ ...GOOD, sub: 'bob' })).split('.')[2]}`;
    },
  ],
  ['over 8 KiB', claims({ padding: 'x'.repeat(8_192) })],
  ['a megabyte', () => 'x'.repeat(1_048_576)],
  ['nbf in a minute', claims({ nbf: NOW_S + 60 })],
  ['nbf beyond the tolerance', claims({ nbf: NOW_S + 6 })],
  ['nbf a string', claims({ nbf: 'now' })],
  ['exp missing', without('exp')],
  ['exp a string', claims({ exp: `${NOW_S + 600}` })],
  ['exp null', claims({ exp: null })],
  ['exp beyond all dates', claims({ exp: 1e300 })],
  ['sub missing', without('sub')],
  ['sub empty', claims({ sub: '' })],
  ['sub a number', claims({ sub: 7 })],
  ['sub of 129 bytes', claims({ sub: 'é'.repeat(65) })],
  ['sub a lone surrogate', () => forge(hs, JSON.stringify({ ...GOOD, sub: '\ud800' }))],
  ['iss of somebody else', claims({ iss: 'issuer2' })],
  ['iss missing', without('iss')],
  ['iss a list', claims({ iss: ['issuer'] })],
  ['aud of somebody else', claims({ aud: 'other' })],
  ['aud missing', without('aud')],
  ['aud a list without ours', claims({ aud: ['a', 'b'] })],
  ['name a number', claims({ name: 1 })],
  ['name of 257 bytes', claims({ name: 'n'.repeat(257) })],
  ['attributes a list', claims({ attributes: ['a'] })],
  ['attributes with a number', claims({ attributes: { a: 1 } })],
  ['attributes nested', claims({ attributes: { a: { b: 'c' } } })],
  ['attributes of 2 KiB', claims({ attributes: { a: 'x'.repeat(2_048) } })],
  [
    '33 attributes',
    claims({ attributes: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`a${at}`, ''])) }),
  ],
  [
    'attributes with __proto__',
    () =>
      forge(
        hs,
        `{"sub":"a","iss":"issuer","aud":"parley","exp":${NOW_S + 9},"attributes":{"__proto__":"x"}}`,
      ),
  ],
  ['grants a string', claims({ parley: 'roomJoin' })],
  ['grants null', claims({ parley: null })],
  ['grants a list', claims({ parley: [{ roomJoin: true }] })],
  ['roomJoin the string true', claims({ parley: { roomJoin: 'true' } })],
  ['canPublish 1', claims({ parley: { roomJoin: true, canPublish: 1 } })],
  ['room empty', claims({ parley: { roomJoin: true, room: '' } })],
  ['room a list', claims({ parley: { roomJoin: true, room: ['standup'] } })],
  ['room of 129 bytes', claims({ parley: { roomJoin: true, room: 'r'.repeat(129) } })],
  [
    'a bad video claim where parley is absent',
    () => {
      const { parley: _left, ...rest } = GOOD;
      return sign({ ...rest, video: { roomJoin: 'yes' } });
    },
  ],
];

describe('X3 what is no token of ours is refused as token_invalid', () => {
  test.each(INVALID)('X3 %s', async (_name, make) => {
    const token = await make();
    await expect(verifier.verify(token)).rejects.toMatchObject({ name: 'TokenError', code: 'token_invalid' });
  });

  test('X3 a key that the token brings along is ignored', async () => {
    const jwk = await exportJWK(stranger.publicKey);
    const headers = [
      { ...rs, jwk },
      { alg: 'RS256', jwk },
      { ...rs, x5c: ['MIIB'] },
      { ...rs, jku: 'https://example.org/jwks', x5u: 'https://example.org/x' },
    ];
    for (const header of headers) {
      const token = await sign(GOOD, header, stranger.privateKey);
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
    }
    const token = await sign(GOOD, { ...rs, jwk }, rsa.privateKey);
    await expect(verifier.verify(token)).resolves.toMatchObject({ sub: 'ann' });
  });

  test('X3 the last member of a doubled header name counts for both readers alike', async () => {
    const doubled = forge('{"alg":"none","alg":"HS256","kid":"hs"}', GOOD);
    await expect(verifier.verify(doubled)).resolves.toMatchObject({ sub: 'ann' });
    const reversed = forge('{"alg":"HS256","alg":"none","kid":"hs"}', GOOD);
    await expect(verifier.verify(reversed)).rejects.toMatchObject({ code: 'token_invalid' });
  });
});

describe('X3 only a genuine token is told that it has expired', () => {
  test.each([
    ['just beyond the tolerance', NOW_S - 5],
    ['an hour ago', NOW_S - 3_600],
    ['in 1970', 0],
    ['before 1970', -1],
  ])('X3 exp %s', async (_name, exp) => {
    await expect(verifier.verify(await sign({ ...GOOD, exp }))).rejects.toMatchObject({
      code: 'token_expired',
    });
    const forged = await sign({ ...GOOD, exp }, hs, bytes(OTHER_SECRET));
    await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  test('X3 a huge nested payload with a good signature is read, and what we do not know of it is left out', async () => {
    const token = forge(hs, `${JSON.stringify(GOOD).slice(0, -1)},"x":${deep}}`);
    expect(token.length).toBeLessThan(8_192);
    expect(await verifier.verify(token)).not.toHaveProperty('x');
  });

  test('X1 no refusal repeats anything of the token', async () => {
    for (const [, make] of INVALID) {
      const token = await make();
      const error: unknown = await verifier.verify(token).catch((thrown: unknown) => thrown);
      const told = error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : '';
      for (const piece of token.split('.').filter((part) => part.length > 8))
        expect(told).not.toContain(piece);
      for (const value of ['issuer2', 'other', SECRET]) expect(told).not.toContain(value);
      expect(error).not.toHaveProperty('cause');
    }
  });
});
