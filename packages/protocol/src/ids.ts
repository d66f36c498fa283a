import { FIELD_LIMITS } from './limits.js';
import { utf8Length } from './utf8.js';

const RANDOM_BYTES = 16;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** An id of anything: a short prefix that says of what, `_`, and 1 to 64 characters of base64url. */
export const ID_PATTERN = /^[a-z]{1,4}_[A-Za-z0-9_-]{1,64}$/;
/** An id of a participant. */
export const PARTICIPANT_ID_PATTERN = /^p_[A-Za-z0-9_-]{1,64}$/;
/** A key: 128 random bits or more, in base64url (22 characters and up) or in hexadecimal (32 and up). */
export const KEY_PATTERN = /^(?:(?![0-9a-f]{22,31}$|[0-9A-F]{22,31}$)[A-Za-z0-9_-]{22,128})$/;
/** Control characters and lone surrogates, which names of rooms and people may not hold. */
export const UNPRINTABLE_PATTERN = /[\p{Cc}\p{Cs}]/u;

/** A `traceparent` of W3C Trace Context, version 00. */
export const TRACEPARENT_PATTERN = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** `prefix` + `_` + 128 random bits in base64url. `randomBytes` gives as many random bytes as it is asked for. */
export function createId(prefix: string, randomBytes: (count: number) => Uint8Array): string {
  return `${prefix}_${toBase64url(randomBytes(RANDOM_BYTES))}`;
}

/** A new key: 128 random bits in base64url, 22 characters. */
export function createKey(randomBytes: (count: number) => Uint8Array): string {
  return toBase64url(randomBytes(RANDOM_BYTES));
}

/** Whether `text` may name a room: 1 to 128 bytes of UTF-8 without control characters. */
export function isRoomName(text: string): boolean {
  return text !== '' && utf8Length(text) <= FIELD_LIMITS.roomBytes && !UNPRINTABLE_PATTERN.test(text);
}

/** Base64url without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const characters = Math.min(4, bytes.length - i + 1);
    for (let c = 0; c < characters; c += 1) text += ALPHABET.charAt((group >> (18 - 6 * c)) & 63);
  }
  return text;
}
