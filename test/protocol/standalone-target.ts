import { createHmac } from 'node:crypto';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';
import type { Need, SpawnedTarget, Target, TokenWishes } from './support/target.js';

/** The two ways in which a server lets people in. */
export type Mode = 'open' | 'jwt';

const TURN_SECRET = 'canary-turn-secret-of-some-length';
const TURN_REST_KEY = 'canary-turn-rest-key-of-some-length';
const SECRETS = {
  default: 'canary-signing-secret-of-the-default-app',
  other: 'canary-signing-secret-of-the-other-app',
};

/** What the servers of this suite offer. */
export const OFFERS: Readonly<Record<Mode, ReadonlySet<Need>>> = {
  open: new Set<Need>(['open', 'token', 'plain', 'turn', 'turn-rest', 'short-ttl', 'admin', 'spawn']),
  jwt: new Set<Need>(['jwt', 'token', 'claims', 'no-plain', 'turn', 'no-turn-rest', 'admin']),
};

/** Limits by address are raised: all clients of a test come from one. */
export const RAISED = { ADDRESS_UPGRADES_PER_SECOND: '100000', BAD_TOKENS_PER_HALF_HOUR: '1000000' };

const COMMON = {
  LOG_LEVEL: 'debug',
  RESUME_WINDOW_S: '3',
  DRAIN_WINDOW_S: '0',
  TURN_URLS: 'turn:127.0.0.1:3478?transport=udp',
  STUN_URLS: 'stun:127.0.0.1:3478',
  TURN_SECRETS: TURN_SECRET,
};

const SETTINGS: Readonly<Record<Mode, Readonly<Record<string, string>>>> = {
  open: { ...COMMON, TURN_REST_KEYS: TURN_REST_KEY, TURN_TTL_S: '30' },
  jwt: {
    ...COMMON,
    ...RAISED,
    AUTH_MODE: 'jwt',
    ALLOW_NO_ORIGIN: 'on',
    JWT_KEYS: JSON.stringify([
      { kid: 'default', alg: 'HS256', secret: SECRETS.default },
      { kid: 'other', alg: 'HS256', secret: SECRETS.other, app: 'other' },
    ]),
  },
};

/** A standalone app in a process of its own, on this socket driver. */
export async function startTarget(mode: Mode, socket: 'uws' | 'ws', more = {}): Promise<SpawnedTarget> {
  const server = await startStandalone({ ...SETTINGS[mode], SOCKET: socket, ...more });
  return targetOf(mode, server, (settings) => startTarget(mode, socket, settings));
}

function targetOf(
  mode: Mode,
  server: StandaloneProcess,
  spawn: (settings: Readonly<Record<string, string>>) => Promise<SpawnedTarget>,
): SpawnedTarget {
  const { url, adminUrl } = server;
  return {
    url,
    adminUrl,
    offers: OFFERS[mode],
    turnSecret: TURN_SECRET,
    turnRestKey: TURN_REST_KEY,
    secrets: new Set([TURN_SECRET, TURN_REST_KEY, ...Object.values(SECRETS)]),
    token: mode === 'open' ? devToken({ url }) : signToken,
    spawn,
    output: () => server.output(),
    stop: () => server.stop(),
  };
}

function devToken({ url }: Pick<Target, 'url'>): NonNullable<Target['token']> {
  return async (room = 'lobby', identity, { grants } = {}) => {
    const body = JSON.stringify({ room, identity, grants });
    const answer = await fetch(`${url}/v1/dev-token`, { method: 'POST', body });
    if (answer.status !== 200) throw new Error(`no dev token: ${await answer.text()}`);
    return ((await answer.json()) as { token: string }).token;
  };
}

async function signToken(
  room: string | undefined,
  identity: string,
  wishes: TokenWishes = {},
): Promise<string> {
  const { grants, claims, app = 'default' } = wishes;
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const parley = { room, roomJoin: true, ...grants };
  const signed = `${part({ alg: 'HS256', kid: app })}.${part({ sub: identity, exp, parley, ...claims })}`;
  return `${signed}.${createHmac('sha256', SECRETS[app]).update(signed).digest('base64url')}`;
}
