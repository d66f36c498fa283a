import { createHash } from 'node:crypto';

const PLAIN = /^[\w-]+$/;
/** NATS cuts a protocol line at 4,096 bytes; a subject stands there beside others. */
const MAX_TOKEN = 1_000;
const encoder = new TextEncoder();

/**
 * Any string as one token of a NATS subject, or of a key: letters, digits, `_` and `-` stay, every other byte of its
 * UTF-8 becomes `=` and two hex digits, and the empty string `=`. A token that would be longer than 1,000 characters is
 * `==` and the SHA-256 of the string instead. No two strings share a token.
 */
export function natsToken(text: string): string {
  if (text.length <= MAX_TOKEN && PLAIN.test(text)) return text;
  if (text === '') return '=';
  const token = Array.from(encoder.encode(text), escape).join('');
  if (token.length <= MAX_TOKEN) return token;
  return `==${createHash('sha256').update(text).digest('hex')}`;
}

function escape(byte: number): string {
  const char = String.fromCharCode(byte);
  return byte < 128 && PLAIN.test(char) ? char : `=${byte.toString(16).padStart(2, '0')}`;
}
