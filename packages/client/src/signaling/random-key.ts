import type { ClientRandom } from '../ports.js';

/** The secret of a new participant: 128 random bits in hexadecimal. */
export function randomKey(random: ClientRandom): string {
  return Array.from(random.bytes(16), (byte) => (byte + 256).toString(16).slice(1)).join('');
}
