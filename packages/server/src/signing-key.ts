import { createHmac, createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The same secret is in the server's `JWT_KEYS`: HS256. */
export interface SharedSecret {
  /** 32 bytes or more. */
  readonly secret: string;
  /** As in `JWT_KEYS`, where each is needed if it stands there. */
  readonly kid?: string;
  readonly iss?: string;
  readonly aud?: string;
}

/** The public half is in the server's `JWT_KEYS`, or in the key set at `JWKS_URL`. */
export interface PrivateKey extends Omit<SharedSecret, 'secret'> {
  /** PEM, or a KeyObject: RSA of 2,048 bits or more (RS256), P-256 (ES256), or Ed25519 (EdDSA). */
  readonly privateKey: string | KeyObject;
}

/** What tokens are signed with. */
export type SigningKey = SharedSecret | PrivateKey;

/** How to sign with a key. */
export interface Signer {
  readonly alg: 'HS256' | 'RS256' | 'ES256' | 'EdDSA';
  sign(data: string): Buffer;
}

const LEAST_SECRET_BYTES = 32;
const LEAST_RSA_BITS = 2_048;

/** The one algorithm that a key is for. Throws a TypeError, which never quotes the key, for one that no server accepts. */
export function signerFor(key: SigningKey): Signer {
  if ('privateKey' in key) return asymmetric(parse(key.privateKey));
  const { secret } = key;
  if (Buffer.byteLength(secret) < LEAST_SECRET_BYTES) {
    throw new TypeError(`a secret has ${LEAST_SECRET_BYTES} bytes or more`);
  }
  return { alg: 'HS256', sign: (data) => createHmac('sha256', secret).update(data).digest() };
}

function parse(key: PrivateKey['privateKey']): KeyObject {
  try {
    return typeof key === 'string' ? createPrivateKey(key) : key;
  } catch {
    throw new TypeError('no private key in PEM');
  }
}

function asymmetric(key: KeyObject): Signer {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  const data = (text: string): Buffer => Buffer.from(text);
  if (key.type === 'private') {
    if (key.asymmetricKeyType === 'rsa' && modulusLength >= LEAST_RSA_BITS) {
      return { alg: 'RS256', sign: (text) => sign('sha256', data(text), key) };
    }
    if (namedCurve === 'prime256v1') {
      const dsaEncoding = 'ieee-p1363';
      return { alg: 'ES256', sign: (text) => sign('sha256', data(text), { key, dsaEncoding }) };
    }
    if (key.asymmetricKeyType === 'ed25519') {
      return { alg: 'EdDSA', sign: (text) => sign(null, data(text), key) };
    }
  }
  throw new TypeError(
    `an RSA key of ${LEAST_RSA_BITS} bits or more, P-256 or Ed25519 is needed, the private one`,
  );
}
