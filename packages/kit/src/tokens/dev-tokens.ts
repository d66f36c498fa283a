import { createHmac } from 'node:crypto';

import { SignJWT } from 'jose';

import type { Clock } from '../ports/clock.js';
import type { Grants } from './grants.js';
import { createTokenVerifier } from './create-token-verifier.js';
import type { TokenVerifier } from './token-verifier.js';

/** What a development token is issued for. */
export interface DevTokenRequest {
  readonly room: string;
  readonly identity: string;
  /** Beside `room` and `roomJoin: true`. */
  readonly grants?: Partial<Grants>;
  /** Seconds, default an hour. */
  readonly ttlS?: number;
}

/** Tokens for trying things out, in open mode only. */
export interface DevTokens {
  issue(request: DevTokenRequest): Promise<string>;
  /** Accepts what was issued with the same secret, by any process, and nothing else. */
  readonly verifier: TokenVerifier;
}

const KID = 'dev';
const ISSUER = 'parley-dev';
const HOUR_S = 3_600;

/**
 * Creates development tokens, signed with HS256 by a key that is derived from the cluster secret, for the app `default`.
 * The secret itself is never used as a key.
 */
export async function createDevTokens(deps: {
  readonly secret: string | Uint8Array;
  readonly clock: Pick<Clock, 'wall' | 'now'>;
}): Promise<DevTokens> {
  const { secret, clock } = deps;
  const key = createHmac('sha256', secret).update('parley development tokens 1').digest('base64url');
  const signingKey = new TextEncoder().encode(key);
  return {
    issue: ({ room, identity, grants, ttlS = HOUR_S }) => {
      const now = Math.floor(clock.wall() / 1_000);
      return new SignJWT({ parley: { ...grants, room, roomJoin: true } })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: KID })
        .setIssuer(ISSUER)
        .setSubject(identity)
        .setIssuedAt(now)
        .setExpirationTime(now + ttlS)
        .sign(signingKey);
    },
    verifier: await createTokenVerifier({
      keys: [{ kid: KID, app: 'default', alg: 'HS256', secret: key, iss: ISSUER }],
      clock,
    }),
  };
}
