/** Up to two characters that stand for a name: first letters of first and last word; of Korean names the last two. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const [first = '?'] = words;
  if (words.length === 1 && /^\p{Script=Hangul}+$/u.test(first)) return [...first].slice(-2).join('');
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return [first, last]
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

/** One of 8 colours for a name, always the same. */
export function colourOf(name: string): number {
  // FNV-1a, of which the upper bits are mixed best.
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 29;
}
