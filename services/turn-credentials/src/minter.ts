import type { Clock, Telemetry } from '@parley/kit';
import type { MintReply, MintRequest } from '@parley/protocol/internal';

import type { TurnConfig } from './config.js';
import { turnCredential, turnUserId } from './credentials.js';
import type { TurnCredential } from './credentials.js';
import type { Hmacs } from './hmacs.js';
import { iceServers, turnUrls } from './ice-servers.js';
import { createMintLimit } from './mint-limit.js';
import type { MintResult, MintVia } from './telemetry.js';

/** Makes credentials within each participant's limit. */
export interface Minter {
  /** Never throws. Counted in `parley_turn_mints_total`. */
  mint(request: MintRequest): MintReply;
  /** A credential with its URLs, for the TURN REST draft; limited as `mint` is. */
  mintRest(username: string): RestCredential | { readonly retryAfterMs: number };
  /** The answer of `answer`, with how long it took put into metrics. */
  timed<T>(via: MintVia, answer: () => T | Promise<T>): Promise<T>;
  /** Counts a request that never came to minting. */
  refused(result: MintResult): void;
}

/** What the TURN REST draft answers with. */
export interface RestCredential extends TurnCredential {
  readonly ttl: number;
  readonly uris: readonly string[];
}

/** What a minter works with. */
export interface MinterDeps {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly hmacs: Hmacs;
  readonly config: TurnConfig;
  readonly clusterSecret: string | Uint8Array;
}

const MINUTE_MS = 60_000;
const MAX_USERS = 100_000;
/** No token's app: its ids meet those of no participant. */
const REST_APP = '\u0000rest';
const NO_REGIONS: ReadonlyMap<string, readonly string[]> = new Map();

/** Creates the minter. */
export function createMinter(deps: MinterDeps): Minter {
  const { clock, telemetry, hmacs, config, clusterSecret } = deps;
  const idKey = hmacs.sha256Base64Url(clusterSecret, 'parley turn user ids 1');
  const limit = createMintLimit({
    mints: config.turnMintsPerMinute,
    windowMs: MINUTE_MS,
    maxUsers: MAX_USERS,
  });
  const urls = {
    stun: config.stunUrls ?? [],
    turn: config.turnUrls ?? [],
    regions: config.turnRegions ?? NO_REGIONS,
  };
  const count = (result: MintResult): void => telemetry.count('parley_turn_mints_total', { result });
  const take = (userId: string): number => {
    const retryAfterMs = limit.take(userId, clock.now());
    count(retryAfterMs > 0 ? 'rate_limited' : 'served');
    return retryAfterMs;
  };
  const credentialFor = (userId: string): TurnCredential | undefined => {
    const [secret] = config.turnSecrets ?? [];
    if (secret === undefined) return undefined;
    return turnCredential(hmacs, secret, { userId, nowMs: clock.wall(), ttlS: config.turnTtlS });
  };
  return {
    mint: ({ app, identity, region }) => {
      const userId = turnUserId(hmacs, idKey, { app, identity });
      const retryAfterMs = take(userId);
      if (retryAfterMs > 0) return { type: 'refused', error: 'rate_limited', retryAfterMs };
      const servers = iceServers(urls.stun, turnUrls(urls, region), credentialFor(userId));
      return { type: 'minted', iceServers: servers, ttl: config.turnTtlS };
    },
    mintRest: (username) => {
      const userId = turnUserId(hmacs, idKey, { app: REST_APP, identity: username });
      const retryAfterMs = take(userId);
      if (retryAfterMs > 0) return { retryAfterMs };
      const { username: minted = '', password = '' } = credentialFor(userId) ?? {};
      return { username: minted, password, ttl: config.turnTtlS, uris: urls.turn };
    },
    timed: async (via, answer) => {
      const startedAt = clock.now();
      try {
        return await answer();
      } finally {
        telemetry.observe('parley_turn_mint_seconds', (clock.now() - startedAt) / 1_000, { via });
      }
    },
    refused: count,
  };
}
