import type { ClientRandom } from '../signaling/ports.js';

/** The machine's randomness: `bytes` is cryptographic. */
export const browserRandom: ClientRandom = /* @__PURE__ */ Object.freeze({
  fraction: () => Math.random(),
  bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)),
});
