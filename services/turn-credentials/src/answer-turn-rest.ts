import type { Hmacs } from './hmacs.js';
import { bearer, errorAnswer, jsonAnswer } from './http.js';
import type { HttpAnswer, RequestHead } from './http.js';
import type { Minter } from './minter.js';

/** What the route works with. */
export interface TurnRestDeps {
  readonly hmacs: Hmacs;
  readonly minter: Minter;
  /** Empty: the route is not there. */
  readonly keys: readonly string[];
}

const MAX_USERNAME = 256;

/**
 * Answers the TURN REST draft's `GET /turn/credentials?service=turn&username=…`: `{username,password,ttl,uris}` for an
 * application's server that has one of the keys, in `Authorization: Bearer` or, where that cannot be set, in `key` or
 * `api` of the query (queries are never logged). 404 without configured keys, 401 for a wrong one, 400 for another
 * service or no username.
 */
export function answerTurnRest({ hmacs, minter, keys }: TurnRestDeps, head: RequestHead): HttpAnswer {
  if (keys.length === 0) return errorAnswer('unsupported', 'no such path');
  const query = new URLSearchParams(head.query);
  const given = bearer(head) ?? query.get('key') ?? query.get('api') ?? '';
  // Every key is compared, so that the time does not tell which one came close.
  const matches = keys.filter((key) => hmacs.equal(key, given));
  if (matches.length === 0) {
    minter.refused('unauthorized');
    return errorAnswer('token_invalid', 'the API key is missing or wrong');
  }
  const username = query.get('username') ?? '';
  if (query.get('service') !== 'turn' || username === '' || username.length > MAX_USERNAME) {
    minter.refused('bad_request');
    return errorAnswer('bad_request', 'service=turn and username are needed');
  }
  const credential = minter.mintRest(username);
  if ('retryAfterMs' in credential) return errorAnswer('rate_limited', undefined, credential.retryAfterMs);
  const { username: minted, password, ttl, uris } = credential;
  return jsonAnswer(200, { username: minted, password, ttl, uris });
}
