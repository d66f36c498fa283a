import { connect } from '@nats-io/transport-node';
import type { NatsConnection, NodeConnectionOptions, Status } from '@nats-io/transport-node';

import type { Timers } from '../timers.js';

/** Told of one link's ups and downs. */
export interface NatsLinkEvents {
  /** Connected; subscriptions that the connection had before are on their way to the server again. */
  up(connection: NatsConnection): void;
  /** There is no link, and why: told again with each further reason. Reasons hold no secret. */
  down(reason: string): void;
  /** What went wrong meanwhile; nothing needs to be done about it. */
  fault(error: unknown): void;
}

/** A connection to NATS that comes back for ever. */
export interface NatsLink {
  /** Idempotent; afterwards nothing is told any more. */
  close(): Promise<void>;
}

/** The parts of the library's connection that its interface hides. */
interface Internals {
  readonly protocol?: {
    readonly transport?: {
      readonly isClosed?: boolean;
      readonly socket?: { destroy(): void };
      discard?(): void;
    };
    /** Ends the handshake that is under way, and with it the attempt; there is none while connected. */
    readonly connectError?: (error: Error) => void;
  };
}

interface State {
  readonly options: NodeConnectionOptions;
  readonly timers: Pick<Timers, 'after'>;
  readonly events: NatsLinkEvents;
  connection: NatsConnection | undefined;
  isUp: boolean;
  closed: boolean;
  cancelPause: () => void;
}

const PAUSE_MS = 500;
const NEVER = 'no server has taken this client on yet: it is down, silent, or refuses the credentials';

/** Opens a link; it connects in the background, and goes on trying while there is no server. */
export function openNatsLink(
  options: NodeConnectionOptions,
  timers: Pick<Timers, 'after'>,
  events: NatsLinkEvents,
): NatsLink {
  const state: State = {
    ...{ options, timers, events },
    ...{ connection: undefined, isUp: false, closed: false, cancelPause: () => undefined },
  };
  void run(state);
  return { close: () => close(state) };
}

async function run(state: State): Promise<void> {
  while (!state.closed) {
    try {
      const connection = await connect({ ...state.options, reconnectToServer: attempts(state) });
      state.connection = connection;
      if (state.closed) return await release(connection);
      await follow(state, connection);
      setDown(state, 'the connection was closed');
    } catch (error) {
      setDown(state, String(error));
    }
    if (!state.closed) await new Promise<void>((resolve) => pause(state, resolve));
  }
}

/**
 * What the library asks before each attempt: the one place where it lets itself be stopped while it waits for its first
 * server, and the only sign of its waiting.
 */
function attempts(state: State): () => null {
  let count = 0;
  return () => {
    if (state.closed) throw new Error('closed');
    count += 1;
    if (count === 2 && !state.isUp && state.connection === undefined) setDown(state, NEVER);
    return null;
  };
}

function pause(state: State, resolve: () => void): void {
  const cancel = state.timers.after(PAUSE_MS, resolve);
  state.cancelPause = () => {
    cancel();
    resolve();
  };
}

/** Tells of what happens to the connection until it is closed. */
async function follow(state: State, connection: NatsConnection): Promise<void> {
  const statuses = connection.status();
  setUp(state, connection);
  for await (const status of statuses) {
    if (state.closed) return;
    hear(state, connection, status);
  }
}

function hear(state: State, connection: NatsConnection, status: Status): void {
  switch (status.type) {
    case 'disconnect':
      setDown(state, 'the link broke');
      return giveUpBrokenHandshake(connection);
    case 'reconnect':
      return setUp(state, connection);
    case 'staleConnection':
      setDown(state, 'the server answers no ping');
      // The library would first wait for the socket to take what it still holds, which a dead peer never lets it.
      return (connection as Internals).protocol?.transport?.socket?.destroy();
    case 'error':
      return state.isUp ? state.events.fault(status.error) : setDown(state, status.error.message);
    default:
  }
}

/** The library hears that the link broke in the middle of its handshake, and waits for the answer until the attempt times out. */
function giveUpBrokenHandshake(connection: NatsConnection): void {
  const { protocol } = connection as Internals;
  if (protocol?.transport?.isClosed === true) protocol.connectError?.(new Error('the link broke'));
}

function setUp(state: State, connection: NatsConnection): void {
  if (state.closed || state.isUp) return;
  state.isUp = true;
  state.events.up(connection);
}

function setDown(state: State, reason: string): void {
  state.isUp = false;
  if (!state.closed) state.events.down(reason);
}

async function close(state: State): Promise<void> {
  if (state.closed) return;
  state.closed = true;
  state.cancelPause();
  if (state.connection !== undefined) await release(state.connection);
}

async function release(connection: NatsConnection): Promise<void> {
  await connection.close();
  // A dial that has not been answered yet is not ended by `close`.
  (connection as Internals).protocol?.transport?.discard?.();
}
