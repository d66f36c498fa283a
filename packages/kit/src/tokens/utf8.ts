const encoder = new TextEncoder();

/** True for a string of `min` to `max` UTF-8 bytes without lone surrogates (which would all encode to one replacement character). */
export function isText(value: unknown, min: number, max: number): value is string {
  if (typeof value !== 'string' || value.length < min || value.length > max) return false;
  return encoder.encode(value).length <= max && !/\p{Surrogate}/u.test(value);
}
