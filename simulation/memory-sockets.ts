import type {
  RequestHead,
  SendResult,
  Socket,
  SocketEvents,
  SocketServer,
  SocketServerOptions,
} from '@parley/gateway';
import type { Clock } from '@parley/kit';

/** What a client of the simulated network hears of its socket. */
export interface ClientEvents {
  opened(): void;
  message(bytes: Uint8Array): void;
  closed(code: number, reason: string): void;
}

/** The client's end. */
export interface ClientSocket {
  send(bytes: Uint8Array): void;
  close(code: number): void;
  /** As if the network went away: both ends learn of it, without a close code. */
  cut(): void;
}

/** Sockets between simulated clients and gateways: in order, after a delay, and cut when the simulation says so. */
export interface MemorySockets {
  /** The socket-server port for a gateway that clients reach under `name`. */
  serverFor(name: string): (options: SocketServerOptions) => SocketServer;
  connect(name: string, query: string, events: ClientEvents): ClientSocket;
  /** As if the process behind `name` had died: every socket is cut, nobody listens. */
  kill(name: string): void;
}

interface Listening {
  readonly options: SocketServerOptions;
  readonly cuts: Set<() => void>;
  open: boolean;
}

/** A network whose every frame takes `delayMs()`, without overtaking. */
export function createMemorySockets(clock: Clock, delayMs: () => number): MemorySockets {
  const servers = new Map<string, Listening>();
  return {
    serverFor: (name) => (options) => {
      const listening: Listening = { options, cuts: new Set(), open: false };
      servers.set(name, listening);
      return {
        driver: 'ws',
        listen: (_host, port) => {
          listening.open = true;
          return Promise.resolve(port);
        },
        stopListening: () => void (listening.open = false),
        dispose: () => {
          listening.open = false;
          for (const cut of [...listening.cuts]) cut();
          return Promise.resolve();
        },
      };
    },
    connect: (name, query, events) =>
      openSocket({ clock, delayMs, server: servers.get(name), query, events }),
    kill(name) {
      const listening = servers.get(name);
      servers.delete(name);
      for (const cut of [...(listening?.cuts ?? [])]) cut();
    },
  };
}

interface Opening {
  readonly clock: Clock;
  readonly delayMs: () => number;
  readonly server: Listening | undefined;
  readonly query: string;
  readonly events: ClientEvents;
}

function openSocket({ clock, delayMs, server, query, events }: Opening): ClientSocket {
  const toServer = createLane(clock, delayMs);
  const toClient = createLane(clock, delayMs);
  let heard: SocketEvents | undefined;
  let open = true;

  const end = (code: number, reason: string, serverCode: number): void => {
    if (!open) return;
    open = false;
    server?.cuts.delete(cut);
    toServer(() => heard?.closed(serverCode));
    toClient(() => events.closed(code, reason));
  };
  const cut = (): void => end(1006, '', 1006);
  const socket: Socket = {
    send(bytes): SendResult {
      if (!open) return 'dropped';
      const copy = bytes.slice();
      toClient(() => open && events.message(copy));
      return 'sent';
    },
    batch: (sends) => sends(),
    buffered: 0,
    close: (code, reason) => toClient(() => end(code, reason, code)),
    terminate: cut,
  };
  server?.cuts.add(cut);
  toServer(() => void accept());

  async function accept(): Promise<void> {
    const route = server?.open
      ? server.options.upgrades.find(({ path }) => path === '/v1/connect')
      : undefined;
    const decision = await route?.decide(requestHead(query));
    if (!open) return;
    if (decision === undefined || 'refuse' in decision) return cut();
    heard = decision.accept(socket);
    toClient(() => open && events.opened());
  }
  return {
    send(bytes) {
      const copy = bytes.slice();
      toServer(() => open && heard?.message(copy, false));
    },
    close: (code) => toServer(() => end(code, '', code)),
    cut,
  };
}

/** Runs things one after the other, each `delayMs()` later, never overtaking. */
function createLane(clock: Clock, delayMs: () => number): (run: () => void) => void {
  let last = 0;
  return (run) => {
    last = Math.max(last, clock.now() + delayMs());
    clock.after(last - clock.now(), run);
  };
}

function requestHead(query: string): RequestHead {
  return { method: 'GET', path: '/v1/connect', query, headers: new Map(), address: '127.0.0.1' };
}
