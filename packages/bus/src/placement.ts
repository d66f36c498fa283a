/**
 * Where a key lives, by rendezvous (highest random weight) hashing. Pure, and the same in every process that sees the
 * same ids: when one id goes, only its keys move; when one comes, it takes an equal share from each.
 * The hash is part of the cluster's agreement: changing it moves every room once, so a test pins its values.
 */
export function ownerOf(key: string, ids: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestWeight = -1;
  for (const id of ids) {
    const weight = weigh(key, id);
    if (best === undefined || weight > bestWeight || (weight === bestWeight && id < best)) {
      best = id;
      bestWeight = weight;
    }
  }
  return best;
}

/** All ids, best owner first; ties stand in order of id. The second is who owns the key once the first is gone. */
export function rankOwners(key: string, ids: readonly string[]): string[] {
  return [...new Set(ids)]
    .map((id) => ({ id, weight: weigh(key, id) }))
    .sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

/** 53 well-mixed bits of the pair. The length of the id keeps ('a', 'bc') and ('ab', 'c') apart. */
function weigh(key: string, id: string): number {
  const lanes = { high: 0xdeadbeef ^ id.length, low: 0x41c6ce57 ^ id.length };
  absorb(lanes, id);
  absorb(lanes, key);
  const high = mix(lanes.high ^ Math.imul(lanes.low, 0x9e3779b1));
  const low = mix(lanes.low ^ Math.imul(high, 0x85ebca6b));
  return (high & 0x1fffff) * 0x1_0000_0000 + low;
}

/** Two multiplicative hashes side by side, over UTF-16 code units. */
function absorb(lanes: { high: number; low: number }, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    lanes.high = rotate(Math.imul(lanes.high ^ unit, 0x9e3779b1));
    lanes.low = rotate(Math.imul(lanes.low ^ unit, 0x5f356495));
  }
}

function rotate(word: number): number {
  return (word << 13) | (word >>> 19);
}

/** The finaliser of MurmurHash3: each bit of the input changes each bit of the output with probability one half. */
function mix(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
