import type { Clock } from '@parley/kit';

import { SocketError } from './port.js';
import type { SocketServer, SocketServerOptions } from './port.js';
import { createUwsServer } from './socket-uws.js';
import { createWsServer } from './socket-ws.js';
import { loadUws } from './uws-binding.js';
import type { UwsBinding } from './uws-binding.js';

/** What `createSocketServer` needs besides the options. */
export interface DriverChoice {
  readonly clock: Clock;
  /** `auto`: uws where it loads, else ws. `uws`: nothing else will do. */
  readonly prefer: 'auto' | 'uws' | 'ws';
  /** How the binary is loaded; `loadUws` unless a test says otherwise. */
  readonly load?: () => UwsBinding;
}

/** A socket server that can say why it is not the preferred one. */
export interface ChosenSocketServer extends SocketServer {
  /** Why uWebSockets.js is not used although it was preferred: one plain sentence or two for the start-up line. */
  readonly whyNotUws?: string;
}

/**
 * Creates the socket server with the best driver of this machine. Throws a SocketError `not-loadable` or `bad-version`
 * when `prefer` is `uws` and it cannot be had, `cannot-listen` when `options.tls` is unusable.
 */
export function createSocketServer(options: SocketServerOptions, choice: DriverChoice): ChosenSocketServer {
  const { clock, prefer, load = loadUws } = choice;
  if (prefer === 'ws') return createWsServer(options, clock);
  let uws: UwsBinding;
  try {
    uws = load();
  } catch (error) {
    if (prefer === 'uws' || !(error instanceof SocketError)) throw error;
    return { ...createWsServer(options, clock), whyNotUws: error.message };
  }
  return createUwsServer(uws, options, clock);
}
