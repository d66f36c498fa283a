import type { Address } from './parse-address.js';

/** The one text of an address: dotted decimals, or RFC 5952 (lower case, the longest run of zeros shortened). */
export function formatAddress({ family, groups }: Address): string {
  if (family === 4) return groups.flatMap((group) => [group >> 8, group & 255]).join('.');
  const { start, length } = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** The first of the longest runs. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let run = 0;
  for (const [at, group] of groups.entries()) {
    run = group === 0 ? run + 1 : 0;
    if (run > best.length) best = { start: at - run + 1, length: run };
  }
  return best;
}
