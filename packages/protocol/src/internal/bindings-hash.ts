import type { Binding } from './commands.js';

const PRIME_HIGH = 0x01000193;

/**
 * A 64-bit hash of a set of bindings, the same in any order, as 16 hex digits. Gateway and owner compare it in digests;
 * it detects difference, it proves nothing.
 */
export function bindingsHash(bindings: Iterable<Binding>): string {
  let high = 0;
  let low = 0;
  for (const { id, n } of bindings) {
    const text = `${id}/${n}`;
    high = (high ^ mix(text, 0x811c9dc5)) >>> 0;
    low = (low + mix(text, 0x9747b28c)) >>> 0;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** FNV-1a with a finishing avalanche (MurmurHash3's), since ids differ in few characters. */
function mix(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME_HIGH);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
