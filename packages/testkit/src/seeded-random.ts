import type { Random } from '@parley/kit';

/** A seeded source; `fork` gives an independent one by name, so that a new user of randomness disturbs no other. */
export interface SeededRandom extends Random {
  fork(name: string): SeededRandom;
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** True with the given probability. */
  chance(probability: number): boolean;
}

/** The same numbers for the same unsigned 32-bit seed: xoshiro128** (Blackman and Vigna), filled by SplitMix32. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = fill(seed >>> 0);
  const next = (): number => {
    const [a, b, c, d] = state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const [mixedC, mixedD] = [c ^ a, d ^ b];
    state = [a ^ mixedD, b ^ mixedC, mixedC ^ (b << 9), rotate(mixedD, 11)];
    return result;
  };
  const fraction = (): number => next() / 2 ** 32;
  const below = (bound: number): number => Math.floor(fraction() * bound);
  return {
    fraction,
    below,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
    fork: (name) => createSeededRandom(mixName(seed, name)),
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
    chance: (probability) => fraction() < probability,
  };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

type State = readonly [number, number, number, number];

function fill(seed: number): State {
  let x = seed;
  const next = (): number => {
    x = (x + 0x9e3779b9) | 0;
    let z = x;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  return [next(), next(), next(), next()];
}

function mixName(seed: number, name: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash >>> 0;
}
