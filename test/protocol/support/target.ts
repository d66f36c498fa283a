import assert from 'node:assert/strict';
import type { RawClient } from '../../support/raw-client.js';

/** What a scenario cannot do without; a target says what it offers. */
export type Need =
  /** Joins need no token; or: `hello` needs one. */
  | 'open'
  | 'jwt'
  /** `token` gives tokens with a room, an identity and grants; `claims`: with any claims, of either app. */
  | 'token'
  | 'claims'
  /** `/signaling` is served; or: it is not. */
  | 'plain'
  | 'no-plain'
  /** TURN servers are configured, with `turnSecret`; `turn-rest`: and the draft's route, with `turnRestKey`. */
  | 'turn'
  | 'turn-rest'
  | 'no-turn-rest'
  /** Credentials live for half a minute at most. */
  | 'short-ttl'
  | 'admin'
  /** `spawn` starts a server of the scenario's own. */
  | 'spawn';

/** What a token says beside its room and identity. */
export interface TokenWishes {
  /** Grants beside `room` and `roomJoin`. */
  readonly grants?: Readonly<Record<string, unknown>>;
  /** Further claims, or others in place of those that it would have. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Which of the two apps that have keys; `default` if absent. */
  readonly app?: 'default' | 'other';
}

/** A running server: this suite knows nothing else of it. */
export interface Target {
  /** `http://host:port`. */
  readonly url: string;
  readonly adminUrl?: string;
  readonly offers: ReadonlySet<Need>;
  /** Sent with every upgrade: an Origin, say. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly turnSecret?: string;
  readonly turnRestKey?: string;
  /** What must appear in no log, metric or error; scenarios add to it. */
  readonly secrets: Set<string>;
  /** Clients of the scenario that runs: closed when it is over. */
  readonly clients?: RawClient[];
  token?(room: string | undefined, identity: string, wishes?: TokenWishes): Promise<string>;
  /** A server of the scenario's own, with further settings. Whoever calls stops it. */
  spawn?(settings: Readonly<Record<string, string>>): Promise<SpawnedTarget>;
}

/** A server that a scenario may end. */
export interface SpawnedTarget extends Target {
  /** What it has printed so far. */
  output(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** A token of a target that offers them. It is a secret from then on. */
export async function tokenOf(
  target: Target,
  room: string | undefined,
  identity: string,
  wishes?: TokenWishes,
): Promise<string> {
  assert(target.token, 'this target gives no tokens');
  const token = await target.token(room, identity, wishes);
  target.secrets.add(token);
  return token;
}

/** Runs `use` with a server of its own, which is stopped whatever happens. */
export async function withServer(
  target: Target,
  settings: Readonly<Record<string, string>>,
  use: (server: SpawnedTarget) => Promise<void>,
): Promise<void> {
  assert(target.spawn, 'this target starts no servers');
  const server = await target.spawn(settings);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}
