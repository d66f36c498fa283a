import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createSystemClock } from '@parley/kit';
import type { Clock } from '@parley/kit';
import type { Direction, Faults } from './faults.js';
import { createProxiedConnection } from './proxied-connection.js';
import type { ProxiedConnection, ProxiedConnectionDeps, Side } from './proxied-connection.js';
import { resetSocket } from './reset-socket.js';

/** A TCP proxy on 127.0.0.1 that does to connections what bad networks do, and stops it again. */
export interface FaultProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly counts: ProxyCounts;
  /** These faults, and no others, from now on: for the connections there are and for new ones. */
  set(faults: Faults): void;
  /**
   * No faults any more. What waited goes on; connections that have lost something for good (swallowed, half-open) are
   * reset, as by a host that is back and knows nothing of them.
   */
  heal(): void;
  /** Resets all connections (RST to both ends), new ones are accepted; returns how many there were. */
  reset(): number;
  /** Resets that end of all connections; the other end stays open and hears nothing of it. Returns how many there were. */
  halfOpen(gone: Side): number;
  /** Resets all connections and stops listening. */
  close(): Promise<void>;
}

/** What went through a proxy so far. */
export interface ProxyCounts {
  /** Connections taken on, refused ones not counted. */
  readonly accepted: number;
  readonly refused: number;
  /** Connections at the moment. */
  readonly open: number;
  /** Connections that ended by a reset: by the proxy, or by one of their ends. */
  readonly cut: number;
  /** Bytes that went on to the other end, and bytes thrown away. */
  readonly carried: Readonly<Record<Direction, number>>;
  readonly swallowed: Readonly<Record<Direction, number>>;
}

/** What a proxy is created with. */
export interface FaultProxyOptions {
  readonly target: { readonly port: number; readonly host?: string };
  readonly faults?: Faults;
  /** For latency and bandwidth. Default: the machine's. */
  readonly clock?: Clock;
}

type Counts = { -readonly [K in keyof ProxyCounts]: ProxyCounts[K] } & Record<
  'carried' | 'swallowed',
  Record<Direction, number>
>;

/** Listens on a free port; resolves once connections are accepted. */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const connections = new Set<ProxiedConnection>();
  const counts = noCounts();
  let { faults = {} } = options;
  const take = (client: Socket): void => {
    if (faults.refuse) {
      counts.refused += 1;
      client.on('error', () => undefined);
      return resetSocket(client);
    }
    counts.accepted += 1;
    counts.open += 1;
    const connection: ProxiedConnection = createProxiedConnection(
      {
        ...connecting(options, client),
        counted: (what, direction, bytes) => (counts[what][direction] += bytes),
        cut: () => (counts.cut += 1),
        over() {
          counts.open -= 1;
          connections.delete(connection);
        },
      },
      faults,
    );
    connections.add(connection);
  };
  const server = createServer({ ...HALVES, pauseOnConnect: true }, take);
  const each = (act: (connection: ProxiedConnection) => void): number => {
    const all = [...connections];
    all.forEach(act);
    return all.length;
  };
  const set = (given: Faults): void => {
    faults = given;
    each((connection) => connection.set(given));
  };
  const reset = (): number => each((connection) => connection.reset());
  return {
    host: '127.0.0.1',
    port: await listen(server),
    counts,
    set,
    heal: () => set({}),
    reset,
    halfOpen: (gone) => each((connection) => connection.sever(gone)),
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      reset();
      return closed;
    },
  };
}

/** Each end says by itself that it is through; nothing waits for company. */
const HALVES = { allowHalfOpen: true, noDelay: true } as const;

function connecting(
  { target, clock = createSystemClock() }: FaultProxyOptions,
  client: Socket,
): Pick<ProxiedConnectionDeps, 'clock' | 'client' | 'connect'> {
  const { host = '127.0.0.1', port } = target;
  return { clock, client, connect: () => connect({ host, port, ...HALVES }) };
}

function noCounts(): Counts {
  return {
    ...{ accepted: 0, refused: 0, open: 0, cut: 0 },
    carried: { toServer: 0, toClient: 0 },
    swallowed: { toServer: 0, toClient: 0 },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
