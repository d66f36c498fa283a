import { createDirectory, createEndpoint, createMemoryBroker } from '@parley/bus';
import type { Endpoint, HearingDirectory } from '@parley/bus';
import { createSystemClock, loadConfig, recordingTelemetry, TokenError } from '@parley/kit';
import type { Clock, RecordingTelemetry, TokenVerifier } from '@parley/kit';

import { createTurnCredentials, nodeHmacs, turnCredentialsConfig } from '../src/index.js';
import type { RequestHead, TurnCredentials } from '../src/index.js';

export const NOW = Date.UTC(2026, 10, 22, 12);
export const SECRET = 'turn-secret-number-one';
export const REST_KEY = 'rest-key-of-an-application';
/** Text that must turn up nowhere but where it belongs. */
export const IDENTITY = 'ann.private@example.org';
export const TOKEN = 'eyJ0b2tlbiI6ImNhbmFyeSJ9.canary.canary';

export const ENV = {
  AUTH_MODE: 'open',
  TURN_URLS: 'turn:turn.example.org:3478?transport=udp, turns:turn.example.org:5349?transport=tcp',
  STUN_URLS: 'stun:stun.example.org:3478',
  TURN_SECRETS: SECRET,
};

/** Everything the service does happens at once on this clock; `advance` moves it. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function testClock(): TestClock {
  let now = 1_000_000;
  const never = (): never => {
    throw new Error('the service needs no timers');
  };
  return {
    now: () => now,
    wall: () => NOW + now - 1_000_000,
    after: never,
    every: never,
    soon: never,
    advance: (ms) => void (now += ms),
  };
}

const grants = {
  roomAdmin: false,
  canPublish: true,
  canPublishData: true,
  canUpdateOwnMetadata: false,
  hidden: false,
};

/** Knows four tokens: TOKEN, and the words expired, spectator and outage. */
export const verifier: TokenVerifier = {
  verify: async (token) => {
    if (token === 'expired') throw new TokenError('token_expired');
    if (token === 'outage') throw new TokenError('unavailable');
    if (token !== TOKEN && token !== 'spectator') throw new TokenError('token_invalid');
    return {
      app: 'default',
      sub: IDENTITY,
      expiresAt: NOW,
      grants: { ...grants, roomJoin: token === TOKEN },
    };
  },
};

export interface Setup {
  readonly service: TurnCredentials;
  readonly clock: TestClock;
  readonly telemetry: RecordingTelemetry;
  readonly endpoint: Endpoint;
  readonly directory: HearingDirectory;
  readonly asker: Endpoint;
}

export function setUp(env: Record<string, string> = {}, origins: 'jwt' | 'open' = 'open'): Setup {
  const clock = testClock();
  const telemetry = recordingTelemetry();
  const timers = createSystemClock();
  const broker = createMemoryBroker(timers);
  const endpoint = createEndpoint({ bus: broker.connect(), timers, id: 't_1' });
  const asker = createEndpoint({ bus: broker.connect(), timers, id: 'g_1' });
  const directory: HearingDirectory = createDirectory({
    endpoint,
    timers,
    healthy: timers,
    self: () => ({ role: 'turn-credentials', canOwn: false, draining: service.draining() }),
  });
  const service: TurnCredentials = createTurnCredentials({
    endpoint,
    directory,
    clock,
    telemetry,
    verifier,
    hmacs: nodeHmacs(),
    clusterSecret: 'cluster secret',
    origins: { mode: origins, allowed: new Set(['https://meet.example.org']), allowNoOrigin: false },
    config: loadConfig(turnCredentialsConfig, { ...ENV, ...env }),
  });
  return { service, clock, telemetry, endpoint, directory, asker };
}

export function head(path: string, headers: Record<string, string> = {}, method = 'GET'): RequestHead {
  const [bare = '', query = ''] = path.split('?');
  return { method, path: bare, query, headers: new Map(Object.entries(headers)) };
}
export const withToken = (token: string = TOKEN, headers: Record<string, string> = {}): RequestHead =>
  head('/v1/ice-servers', { authorization: `Bearer ${token}`, ...headers });
