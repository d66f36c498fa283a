import type { Endpoint, HearingDirectory } from '@parley/bus';
import type { OriginRule, Service, TokenVerifier } from '@parley/kit';
import { encodeBody } from '@parley/protocol/internal';
import type { MintReply, MintRequest } from '@parley/protocol/internal';

import { answerIceServers } from './answer-ice-servers.js';
import { answerMint } from './answer-mint.js';
import { answerTurnRest } from './answer-turn-rest.js';
import type { HttpAnswer, HttpRoute, RequestHead } from './http.js';
import { createMinter } from './minter.js';
import type { MinterDeps } from './minter.js';

/** What the service works with. It takes over `endpoint`'s records and requests; who made it starts and closes it. */
export interface TurnCredentialsDeps extends MinterDeps {
  readonly endpoint: Endpoint;
  /** Its `self` should tell `draining()` of this service. */
  readonly directory: HearingDirectory;
  readonly verifier: TokenVerifier;
  readonly origins: OriginRule;
}

/** The service that mints short-lived TURN credentials. */
export interface TurnCredentials extends Service {
  /** Never throws; `refused` with `unavailable` after `stop`. */
  mint(request: MintRequest): MintReply;
  answerIceServers(head: RequestHead): Promise<HttpAnswer>;
  answerTurnRest(head: RequestHead): HttpAnswer;
  /** The HTTP surface, for whichever server carries it. */
  readonly routes: readonly HttpRoute[];
  /** True from `drain` on: gateways prefer another replica, but whoever asks is still served. */
  draining(): boolean;
}

const UNAVAILABLE: MintReply = Object.freeze({ type: 'refused', error: 'unavailable', retryAfterMs: 1_000 });

/** Creates the service. It keeps nothing but the limits: any replica answers any request. */
export function createTurnCredentials(deps: TurnCredentialsDeps): TurnCredentials {
  const { endpoint, directory, verifier, origins, hmacs, config } = deps;
  const minter = createMinter(deps);
  const keys = config.turnRestKeys ?? [];
  let draining = false;
  let stopped = false;
  const iceServers = (head: RequestHead): Promise<HttpAnswer> =>
    answerIceServers({ verifier, origins, minter }, head);
  const turnRest = (head: RequestHead): HttpAnswer => answerTurnRest({ hmacs, minter, keys }, head);
  endpoint.onRecord((from, record) => void directory.hear(from, record));
  endpoint.onRequest((_from, body) =>
    minter.timed('bus', () => (stopped ? encodeBody(UNAVAILABLE) : answerMint(minter, body))),
  );
  return {
    start: async () => undefined,
    drain: async () => {
      draining = true;
      directory.announce();
    },
    stop: async () => void (stopped = true),
    mint: (request) => (stopped ? UNAVAILABLE : minter.mint(request)),
    answerIceServers: iceServers,
    answerTurnRest: turnRest,
    routes: [
      {
        method: 'GET',
        path: '/v1/ice-servers',
        answer: (head) => minter.timed('http', () => iceServers(head)),
      },
      { method: 'OPTIONS', path: '/v1/ice-servers', answer: iceServers },
      {
        method: 'GET',
        path: '/turn/credentials',
        answer: (head) => minter.timed('rest', () => turnRest(head)),
      },
    ],
    draining: () => draining,
  };
}
