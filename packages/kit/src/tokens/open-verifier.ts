import type { TokenVerifier, Verified } from './token-verifier.js';

/** Who a connection without a token is in open mode: everything but the moderator's rights, in any room. */
export const ANONYMOUS: Verified = Object.freeze({
  app: 'default',
  sub: 'anonymous',
  expiresAt: Infinity,
  grants: Object.freeze({
    roomJoin: true,
    roomAdmin: false,
    canPublish: true,
    canPublishData: true,
    canUpdateOwnMetadata: true,
    hidden: false,
  }),
});

/** The verifier of open mode: no token is needed; one that is given is judged by `tokens`, as strictly as in `jwt` mode. */
export function openVerifier(tokens: TokenVerifier): TokenVerifier {
  return { verify: (token) => tokens.verify(token), anonymous: ANONYMOUS };
}
