import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../ports/random.js';

/** Creates the randomness of this machine: its cryptographic source, fit for keys and ids. */
export function createSystemRandom(): Random {
  return {
    bytes: (length) => new Uint8Array(randomBytes(length)),
    below: (bound) => randomInt(bound),
    fraction: () => randomInt(2 ** 32) / 2 ** 32,
  };
}
