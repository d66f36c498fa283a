const MOST_EARLY_MS = 60_000;
const EARLY_SHARE = 0.25;
const LEAST_MS = 1_000;

/**
 * In how many milliseconds a JSON Web Token that has just been handed out is to be renewed: a quarter of its life before
 * its end, a minute at most. Its own `iat` counts as well as the wall clock, which may be wrong. `undefined`: it does not say.
 */
export function renewalDelay(token: string, wallMs: number): number | undefined {
  const { exp, iat } = readClaims(token);
  if (typeof exp !== 'number') return undefined;
  const life = Math.min(...[exp * 1_000 - wallMs, (exp - (iat as number)) * 1_000].filter((ms) => ms > 0));
  return life < Infinity ? Math.max(LEAST_MS, life - Math.min(MOST_EARLY_MS, life * EARLY_SHARE)) : LEAST_MS;
}

function readClaims(token: string): { readonly exp?: unknown; readonly iat?: unknown } {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    return (JSON.parse(atob(payload)) as object | null) ?? {};
  } catch {
    return {};
  }
}
