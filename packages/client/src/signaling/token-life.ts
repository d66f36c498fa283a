const MOST_EARLY_MS = 60_000;
const EARLY_SHARE = 0.25;
const LEAST_MS = 1_000;

/**
 * In how many milliseconds a JSON Web Token that has just been handed out is to be renewed: a quarter of its life before
 * its end, a minute at most. Its own `iat` counts as well as the wall clock, which may be wrong. `undefined`: it does not say.
 */
export function renewalDelay(token: string, wallMs: number): number | undefined {
  const { exp, iat } = readClaims(token);
  if (exp === undefined) return undefined;
  const lives = [exp * 1_000 - wallMs, (exp - (iat ?? NaN)) * 1_000].filter((ms) => ms > 0);
  if (lives.length === 0) return LEAST_MS;
  const life = Math.min(...lives);
  return Math.max(LEAST_MS, life - Math.min(MOST_EARLY_MS, life * EARLY_SHARE));
}

function readClaims(token: string): { readonly exp?: number | undefined; readonly iat?: number | undefined } {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { exp, iat } = JSON.parse(atob(payload)) as Record<string, unknown>;
    return { exp: numberOr(exp), iat: numberOr(iat) };
  } catch {
    return {};
  }
}

function numberOr(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
