import { describe, expect, test } from 'vitest';

import {
  authFields,
  checkAuthConfig,
  createAuth,
  defineConfig,
  jwksUrlSchema,
  jwtKeysSchema,
  loadConfig,
} from '../../src/index.js';
import { clock, SECRET, sign, GOOD } from './keys.js';

const secret = SECRET;
const definition = defineConfig(authFields, checkAuthConfig);
const problems = (env: Record<string, string>): string => {
  try {
    loadConfig(definition, env);
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('JWT_KEYS', () => {
  test('X3 the app is default, kid, iss and aud may be absent', () => {
    expect(jwtKeysSchema.parse(JSON.stringify([{ alg: 'HS256', secret }]))).toEqual([
      { app: 'default', alg: 'HS256', secret },
    ]);
  });

  test.each([
    ['not JSON', `[{"alg":"HS256","secret":"${secret}"`],
    ['no array', JSON.stringify({ alg: 'HS256', secret })],
    ['no algorithm', JSON.stringify([{ secret }])],
    ['an algorithm that is not accepted', JSON.stringify([{ alg: 'HS512', secret }])],
    ['a secret of 31 bytes', JSON.stringify([{ alg: 'HS256', secret: secret.slice(0, 31) }])],
    ['no key at all', JSON.stringify([{ alg: 'HS256' }])],
    ['two kinds of key', JSON.stringify([{ alg: 'HS256', secret, publicKeyPem: secret }])],
    ['a secret for RS256', JSON.stringify([{ alg: 'RS256', secret }])],
    ['a public key for HS256', JSON.stringify([{ alg: 'HS256', publicKeyPem: secret }])],
    ['an unknown field', JSON.stringify([{ alg: 'HS256', secret, [secret]: 1 }])],
    ['the same kid twice', JSON.stringify([1, 2].map(() => ({ kid: 'k', alg: 'HS256', secret })))],
  ])('X3 %s is refused at start, and nothing of a secret is told', (_name, text) => {
    const told = problems({ JWT_KEYS: text });
    expect(told).toContain('JWT_KEYS');
    expect(told).not.toContain(secret.slice(0, 8));
  });
});

describe('the settings together', () => {
  test('X2 open mode is refused in production', () => {
    expect(problems({ AUTH_MODE: 'open', NODE_ENV: 'production' })).toContain('AUTH_MODE=open');
    expect(problems({ AUTH_MODE: 'open' })).toBe('');
  });

  test('X3 jwt mode, the default, needs keys', () => {
    expect(problems({})).toContain('JWT_KEYS or JWKS_URL');
    expect(problems({ JWT_KEYS: '[]' })).toContain('JWT_KEYS or JWKS_URL');
    expect(problems({ JWKS_URL: 'https://id.example.org/jwks' })).toBe('');
  });

  test('X3 a key set comes over https, or over http from this machine', () => {
    const accepted = [
      'https://id.example.org/jwks',
      'http://127.0.0.1:8080/jwks',
      'http://localhost/jwks',
      'http://[::1]/',
    ];
    const refused = [
      'http://id.example.org/',
      'file:///etc/passwd',
      'https://user:pass@id.example.org/',
      'jwks',
    ];
    for (const url of accepted) expect(jwksUrlSchema.safeParse(url).success, url).toBe(true);
    for (const url of refused) expect(jwksUrlSchema.safeParse(url).success, url).toBe(false);
  });

  test('X2 what is configured is what is built', async () => {
    const jwt = {
      JWT_KEYS: JSON.stringify([{ kid: 'hs', alg: 'HS256', secret }]),
      ALLOWED_ORIGINS: 'https://a.example',
    };
    const auth = await createAuth(loadConfig(definition, jwt), { clock, secret: 'cluster' });
    expect(auth.origins).toEqual({
      mode: 'jwt',
      allowed: new Set(['https://a.example']),
      allowNoOrigin: false,
    });
    expect(auth.devTokens).toBeUndefined();
    expect(auth.verifier.anonymous).toBeUndefined();
    await expect(auth.verifier.verify(await sign(GOOD))).resolves.toMatchObject({ sub: 'ann' });
    const open = await createAuth(loadConfig(definition, { AUTH_MODE: 'open' }), {
      clock,
      secret: 'cluster',
    });
    expect(open.verifier.anonymous?.sub).toBe('anonymous');
    expect(open.devTokens).toBeDefined();
  });
});
