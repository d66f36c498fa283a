import type { FetchImplementation } from 'jose';

import type { Clock } from '../ports/clock.js';
import type { AuthConfig } from './auth-config.js';
import { createDevTokens } from './dev-tokens.js';
import type { DevTokens } from './dev-tokens.js';
import type { KeySetConfig } from './key-config.js';
import { createTokenVerifier } from './create-token-verifier.js';
import { openVerifier } from './open-verifier.js';
import type { OriginRule } from './origin-allowed.js';
import type { TokenVerifier } from './token-verifier.js';

/** Who may come in, as configured. */
export interface Auth {
  readonly verifier: TokenVerifier;
  readonly origins: OriginRule;
  /** In open mode only. */
  readonly devTokens?: DevTokens;
}

/** Builds what the settings say; for `main`. Rejects with a TokenKeyError when a configured key cannot be used. */
export async function createAuth(
  config: AuthConfig,
  deps: {
    readonly clock: Pick<Clock, 'wall' | 'now'>;
    /** The cluster secret. */
    readonly secret: string | Uint8Array;
    readonly fetch?: FetchImplementation;
  },
): Promise<Auth> {
  const { authMode: mode, allowedOrigins, allowNoOrigin } = config;
  const origins = { mode, allowed: allowedOrigins ?? new Set<string>(), allowNoOrigin };
  if (mode === 'open') {
    const devTokens = await createDevTokens(deps);
    return { verifier: openVerifier(devTokens.verifier), origins, devTokens };
  }
  const keySet = keySetOf(config);
  const verifier = await createTokenVerifier({
    keys: config.jwtKeys ?? [],
    clock: deps.clock,
    ...(keySet && { keySet }),
    ...(deps.fetch && { fetch: deps.fetch }),
  });
  return { verifier, origins };
}

function keySetOf({ jwksUrl, jwksApp, jwksIssuer, jwksAudience }: AuthConfig): KeySetConfig | undefined {
  if (jwksUrl === undefined) return undefined;
  return {
    url: jwksUrl,
    app: jwksApp,
    ...(jwksIssuer !== undefined && { iss: jwksIssuer }),
    ...(jwksAudience !== undefined && { aud: jwksAudience }),
  };
}
