import { setTimeout as pause } from 'node:timers/promises';

import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

import type {
  Socket,
  SocketEvents,
  SocketServer,
  SocketServerOptions,
  UpgradeRoute,
} from '../../src/socket/port.js';
import { crankedClock } from './cranked-clock.js';
import type { CrankedClock } from './cranked-clock.js';

/** One driver under test. */
export interface Driver {
  readonly name: 'uws' | 'ws';
  create(options: SocketServerOptions, clock: CrankedClock): SocketServer;
}

/** What the server side of one connection has seen. */
export interface Seen {
  readonly socket: Socket;
  readonly messages: { bytes: Uint8Array; binary: boolean }[];
  readonly closed: number[];
  drained: number;
}

/** A listening server and all that it told. */
export interface Rig {
  readonly server: SocketServer;
  readonly clock: CrankedClock;
  readonly port: number;
  readonly faults: { where: string; error: unknown }[];
  readonly seen: Seen[];
}

/** Events that record into `seen`, and what a case wants done besides. */
export type Behave = (seen: Seen) => Partial<SocketEvents>;

export type RigOptions = Partial<SocketServerOptions> & {
  readonly decide?: (accept: ReturnType<typeof acceptInto>) => UpgradeRoute['decide'];
  readonly turnAway?: UpgradeRoute['turnAway'];
  readonly subprotocols?: readonly string[];
  readonly behave?: Behave;
  readonly host?: string;
  readonly port?: number;
};

/** Starts a server with one upgrade path `/ws`; it is disposed when the test ends. */
export async function rig(driver: Driver, options: RigOptions = {}): Promise<Rig> {
  const {
    decide,
    turnAway,
    subprotocols = [],
    behave = echo,
    host = '127.0.0.1',
    port = 0,
    ...rest
  } = options;
  const seen: Seen[] = [];
  const faults: Rig['faults'] = [];
  const accept = acceptInto(seen, behave);
  const clock = crankedClock();
  const server = driver.create(
    {
      upgrades: [
        {
          ...{ path: '/ws', subprotocols, decide: decide?.(accept) ?? (() => accept) },
          ...(turnAway && { turnAway }),
        },
      ],
      routes: [],
      onFault: (where, error) => void faults.push({ where, error }),
      ...rest,
    },
    clock,
  );
  onTestFinished(() => server.dispose());
  return { server, clock, port: await server.listen(host, port), faults, seen };
}

/** The decision that accepts and records. */
export function acceptInto(seen: Seen[], behave: Behave) {
  return {
    accept(socket: Socket): SocketEvents {
      const one: Seen = { socket, messages: [], closed: [], drained: 0 };
      seen.push(one);
      const extra = behave(one);
      return {
        message(bytes, binary) {
          one.messages.push({ bytes: Uint8Array.from(bytes), binary });
          return extra.message?.(bytes, binary);
        },
        drained() {
          one.drained += 1;
          return extra.drained?.();
        },
        closed(code) {
          one.closed.push(code);
          return extra.closed?.(code);
        },
      };
    },
  };
}

/** Sends every message back. */
export const echo: Behave = ({ socket }) => ({
  message: (bytes, binary) => void socket.send(bytes, binary),
});

/** Sends nothing back. */
export const silent: Behave = () => ({});

/** A client of the `ws` package, open. */
export function wsClient(
  port: number,
  path = '/ws',
  protocols: string[] = [],
  scheme = 'ws',
): Promise<WebSocket> {
  const client = new WebSocket(`${scheme}://127.0.0.1:${port}${path}`, protocols, {
    perMessageDeflate: false,
    rejectUnauthorized: false,
  });
  onTestFinished(() => client.terminate());
  return new Promise((resolve, reject) => {
    client.once('open', () => resolve(client));
    client.once('error', reject);
    client.once('unexpected-response', (_request, response) =>
      reject(new Error(`HTTP ${response.statusCode}`)),
    );
  });
}

/** The next message that a client gets. */
export function nextMessage(client: WebSocket): Promise<{ bytes: Buffer; binary: boolean }> {
  return new Promise((resolve) =>
    client.once('message', (data, binary) => resolve({ bytes: data as Buffer, binary })),
  );
}

/** How a client's connection ended. */
export function closeOf(client: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) =>
    client.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
}

/** Waits until `reason` gives undefined; fails with the last reason after `ms`. */
export async function eventually(reason: () => string | undefined, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  for (let why = reason(); why !== undefined; why = reason()) {
    if (performance.now() > end) throw new Error(`still after ${ms} ms: ${why}`);
    await pause(2);
  }
}
