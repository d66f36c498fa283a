import { TokenError } from '@parley/kit';
import type { OriginRule, TokenVerifier, Verified } from '@parley/kit';

import { answerPreflight, withCors } from './cors.js';
import { bearer, errorAnswer, jsonAnswer } from './http.js';
import type { HttpAnswer, RequestHead } from './http.js';
import type { Minter } from './minter.js';

/** What the route works with. */
export interface IceServersDeps {
  readonly verifier: TokenVerifier;
  readonly origins: OriginRule;
  readonly minter: Minter;
}

const RETRY_AFTER_MS = 5_000;

/**
 * Answers `GET /v1/ice-servers` (and its preflight): `{"iceServers","ttl"}` for the bearer of a token that may join a
 * room, also in open mode (X9: members only). 401 without a good token, 403 for one without `roomJoin`, 429 above the
 * limit, 503 while tokens cannot be judged. `?region=` is a hint.
 */
export async function answerIceServers(deps: IceServersDeps, head: RequestHead): Promise<HttpAnswer> {
  if (head.method === 'OPTIONS') return answerPreflight(head, deps.origins);
  return withCors(await answer(deps, head), head, deps.origins);
}

async function answer({ verifier, minter }: IceServersDeps, head: RequestHead): Promise<HttpAnswer> {
  const token = bearer(head);
  if (token === undefined) {
    minter.refused('unauthorized');
    return errorAnswer('token_required');
  }
  const verified = await judge(verifier, token);
  if (verified instanceof TokenError) {
    const out = verified.code === 'unavailable';
    minter.refused(out ? 'unavailable' : 'unauthorized');
    return errorAnswer(verified.code, undefined, out ? RETRY_AFTER_MS : undefined);
  }
  if (!verified.grants.roomJoin) {
    minter.refused('forbidden');
    return errorAnswer('forbidden');
  }
  const region = new URLSearchParams(head.query).get('region');
  const { app, sub: identity } = verified;
  const reply = minter.mint({ type: 'mint', app, identity, ...(region !== null && { region }) });
  if (reply.type === 'refused') return errorAnswer(reply.error, undefined, reply.retryAfterMs);
  return jsonAnswer(200, { iceServers: reply.iceServers, ttl: reply.ttl });
}

async function judge(verifier: TokenVerifier, token: string): Promise<Verified | TokenError> {
  try {
    return await verifier.verify(token);
  } catch (error) {
    if (error instanceof TokenError) return error;
    throw error;
  }
}
