import { importJWK, importSPKI } from 'jose';
import type { CryptoKey, JWK } from 'jose';

import type { KeyConfig } from './key-config.js';
import type { TokenAlgorithm, TokenHeader } from './read-token-header.js';

/** One key that tokens may be signed with. */
export interface TokenKey {
  readonly alg: TokenAlgorithm;
  readonly app: string;
  readonly key: CryptoKey | Uint8Array;
  readonly iss?: string;
  readonly aud?: string;
}

/** The configured keys. */
export interface TokenKeys {
  /**
   * The keys that a header points at: the one with its kid and algorithm, or, for a header without kid, those without
   * kid of its algorithm. Never a key of another algorithm than the configured one.
   */
  find(header: TokenHeader): readonly TokenKey[];
}

/** A configured key cannot be used. Names its position and the reason, never its content. */
export class TokenKeyError extends Error {
  constructor(index: number, reason: string) {
    super(`JWT_KEYS[${index}]: ${reason}`);
    this.name = 'TokenKeyError';
  }
}

const MIN_RSA_BITS = 2_048;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];

/** Imports the configured keys; rejects with a TokenKeyError for the first that cannot be used. */
export async function importTokenKeys(configs: readonly KeyConfig[]): Promise<TokenKeys> {
  const byKid = new Map<string, TokenKey>();
  const withoutKid: TokenKey[] = [];
  for (const [index, config] of configs.entries()) {
    const { kid, alg, app, iss, aud } = config;
    const key = await importKey(config, index);
    const tokenKey = { alg, app, key, ...(iss !== undefined && { iss }), ...(aud !== undefined && { aud }) };
    if (kid === undefined) withoutKid.push(tokenKey);
    else byKid.set(kid, tokenKey);
  }
  return {
    find: ({ alg, kid }) => {
      const key = kid === undefined ? undefined : byKid.get(kid);
      const candidates = kid === undefined ? withoutKid : key === undefined ? [] : [key];
      return candidates.filter((candidate) => candidate.alg === alg);
    },
  };
}

async function importKey(config: KeyConfig, index: number): Promise<CryptoKey | Uint8Array> {
  const { alg, secret, publicKeyPem, jwk } = config;
  if (secret !== undefined) return new TextEncoder().encode(secret);
  if (jwk !== undefined && PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))) {
    throw new TokenKeyError(index, 'the jwk holds a private or symmetric key; give the public one');
  }
  const key = await importPublic(alg, publicKeyPem ?? jwk).catch(() => {
    throw new TokenKeyError(index, `no public key for ${alg}`);
  });
  if (key instanceof Uint8Array) throw new TokenKeyError(index, `no public key for ${alg}`);
  const bits = 'modulusLength' in key.algorithm ? key.algorithm.modulusLength : MIN_RSA_BITS;
  if (typeof bits !== 'number' || bits < MIN_RSA_BITS) {
    throw new TokenKeyError(index, `an RSA key has ${MIN_RSA_BITS} bits or more`);
  }
  return key;
}

async function importPublic(
  alg: TokenAlgorithm,
  material: string | Readonly<Record<string, unknown>> | undefined,
): Promise<CryptoKey | Uint8Array> {
  if (typeof material === 'string') return importSPKI(material, alg);
  const { alg: named, ...jwk } = material ?? {};
  if (named !== undefined && named !== alg) throw new TypeError('another algorithm');
  return importJWK(jwk as JWK, alg);
}
