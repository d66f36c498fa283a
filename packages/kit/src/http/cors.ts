import { originAllowed } from '../tokens/origin-allowed.js';
import type { OriginRule } from '../tokens/origin-allowed.js';

/** What lets a page of an allowed Origin read an answer (X2); other pages cannot read it. */
export function corsHeaders(rule: OriginRule, origin: string | undefined): Readonly<Record<string, string>> {
  return {
    vary: 'Origin',
    ...(origin !== undefined &&
      originAllowed(rule, origin) && {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'Retry-After',
      }),
  };
}

/** What a preflight of a GET with a key or a token is answered beside. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': 'Authorization',
  'access-control-max-age': '600',
});
