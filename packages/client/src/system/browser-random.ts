import type { ClientRandom } from '../ports.js';

/** The machine's randomness: `bytes` is cryptographic. */
export const browserRandom: ClientRandom = {
  fraction: () => Math.random(),
  bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)),
};
