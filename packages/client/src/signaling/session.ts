import type { IceServer, JoinResult, Limits } from '@parley/protocol';
import type { Commands } from './commands.js';
import type { Emitter } from '../emitter.js';
import type { Heartbeat } from './heartbeat.js';
import type { Links } from './links.js';
import type { Connection } from './machine/connection.js';
import type { ConnectionEvent } from './machine/events.js';
import type { Membership } from './membership.js';
import type { WebSocketLike } from '../ports.js';
import type { SignalingOptions } from './options.js';
import type { Pacer } from './pacer.js';
import type { SignalingEvents } from './signaling-client.js';
import type { Timer } from '../timer.js';
import type { Tokens } from './tokens.js';

/** Options with every port there is. */
export interface Settings extends Omit<SignalingOptions, Ports>, Required<Pick<SignalingOptions, Ports>> {
  readonly urls: readonly string[];
}

type Ports = 'WebSocket' | 'clock' | 'random' | 'backoff' | 'page';

/** One connection of a session, from the moment that its token is asked for. */
export interface Line {
  /** What the state machine calls it. */
  readonly n: number;
  socket?: WebSocketLike;
  /** What its hello carried. */
  token?: string | undefined;
  /** What its welcome told. */
  limits?: Limits;
  result?: JoinResult;
}

/** What a session is put together from. */
export interface Parts {
  readonly tokens: Tokens;
  readonly pacer: Pacer;
  readonly heartbeat: Heartbeat;
  readonly commands: Commands;
  readonly links: Links;
  readonly membership: Membership;
  /** The state machine's. */
  readonly timer: Timer;
}

/** Everything that one signaling client knows. The state machine decides; the parts do. */
export interface Session extends Parts, Emitter<SignalingEvents>, Omit<Settings, 'replaces'> {
  connection: Connection;
  /** Hands an event to the state machine and does what comes of it. */
  dispatch(event: ConnectionEvent): void;
  nextId(): number;
  readonly lines: Map<number, Line>;
  /** The line that carries everything. */
  live?: Line | undefined;
  key: string;
  replaces?: string | undefined;
  id?: string | undefined;
  /** What `id` was before the last rejoin. */
  formerId?: string | undefined;
  /** The key that `id` was joined with: its position is of use to this one only. */
  joined?: string | undefined;
  iceServers: readonly IceServer[];
  /** The id of a request that is not answered yet. */
  refresh?: number | undefined;
  leaveId?: number | undefined;
  /** What `join` has returned. */
  joining?: Promise<string>;
  unwatch?: () => void;
}
