import { TokenError } from '@parley/kit';
import type { TokenVerifier } from '@parley/kit';
import type { Verification } from './input.js';

/** Apps of the gateway itself begin so: no token may name one. */
export const RESERVED_APP_PREFIX = '~';

/** Judges what `hello` or `refresh` brought. Never rejects. */
export async function verifyToken(tokens: TokenVerifier, token: string | undefined): Promise<Verification> {
  if (token === undefined) {
    const { anonymous } = tokens;
    return anonymous === undefined
      ? { ok: false, error: 'token_required' }
      : { ok: true, identity: anonymous };
  }
  try {
    const identity = await tokens.verify(token);
    return identity.app.startsWith(RESERVED_APP_PREFIX)
      ? { ok: false, error: 'token_invalid' }
      : { ok: true, identity };
  } catch (error) {
    return { ok: false, error: error instanceof TokenError ? error.code : 'unavailable' };
  }
}
