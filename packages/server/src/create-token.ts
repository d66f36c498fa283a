import { signerFor } from './signing-key.js';
import type { SigningKey } from './signing-key.js';
import { wallClock } from './system/wall-clock.js';

/** What a participant may do besides joining (docs/TOKENS.md). What is absent keeps the meaning that it has there. */
export interface TokenGrants {
  /** May moderate: no unless told. */
  readonly roomAdmin?: boolean;
  /** May send signals, and so media: yes unless told. */
  readonly canPublish?: boolean;
  /** May send messages to the room: as `canPublish` unless told. */
  readonly canPublishData?: boolean;
  /** May choose its own name and attributes: no unless told. */
  readonly canUpdateOwnMetadata?: boolean;
  /** Others are not shown that it is there: no unless told. */
  readonly hidden?: boolean;
}

/** Who may join which room, for how long. */
export interface TokenRequest {
  /** 1 to 128 bytes. */
  readonly room: string;
  /** Who it is, as your service knows them: 1 to 128 bytes. */
  readonly identity: string;
  /** Shown to the others: 256 bytes at most. */
  readonly name?: string;
  /** Strings by name that the others see: 1 KiB as JSON in all. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** What it may do besides joining. */
  readonly grants?: TokenGrants;
  /** Seconds until it expires: an hour unless told. A client with a token function renews it before. */
  readonly ttl?: number;
  /** One of the keys that the server knows. */
  readonly key: SigningKey;
  /** Milliseconds since the Unix epoch: the machine's time unless told. */
  readonly now?: number;
}

const HOUR_S = 3_600;
const MOST_BYTES = { room: 128, identity: 128, name: 256 };

/**
 * A token with which one participant joins one room. Throws a TypeError for a key, and a RangeError for a value, that no
 * server would accept.
 */
export function createToken(request: TokenRequest): string {
  const { room, identity, name, attributes, grants, ttl = HOUR_S, key, now = wallClock() } = request;
  checkText('room', room);
  checkText('identity', identity);
  if (name !== undefined && Buffer.byteLength(name) > MOST_BYTES.name) throw tooLong('name');
  if (!Number.isInteger(ttl) || ttl < 1) throw new RangeError('ttl: whole seconds, 1 or more');
  const signer = signerFor(key);
  const iat = Math.floor(now / 1_000);
  const { kid, iss, aud } = key;
  const claims = { iss, aud, sub: identity, iat, exp: iat + ttl, name, attributes };
  const parley = { ...grants, room, roomJoin: true };
  const signed = `${encode({ alg: signer.alg, typ: 'JWT', kid })}.${encode({ ...claims, parley })}`;
  return `${signed}.${signer.sign(signed).toString('base64url')}`;
}

/** Fields that are undefined are left out. */
function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function checkText(field: 'room' | 'identity', text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes < 1 || bytes > MOST_BYTES[field]) throw tooLong(field);
}

function tooLong(field: keyof typeof MOST_BYTES): RangeError {
  return new RangeError(`${field}: ${field === 'name' ? 0 : 1} to ${MOST_BYTES[field]} bytes`);
}
