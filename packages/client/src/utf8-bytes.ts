/** Bytes of `text` in UTF-8. Shorter than protocol's `utf8Length`, which counts without encoding. */
export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
