/**
 * The socket-server port: WebSocket upgrades, sockets and small HTTP routes on one listening address.
 * uWebSockets.js implements it for the gateway; `node:http` + `ws` implements it where no binary loads.
 * One conformance suite holds both to this contract:
 * - a throw in any callback below (synchronous, or a rejection) leaves the process and all other sockets alone,
 *   closes that socket with 1011 (or answers 500) and is told to `onFault` (U2)
 * - nothing is delivered for a socket before `open` or after `closed`; `closed` comes exactly once per `open`, never
 *   inside a call of `close` or `terminate`; no `message` and no `drained` come after our own `close`
 * - a frame above `maxFrameBytes` ends that connection (U7)
 * - the view passed to `message` is valid only during the call
 */
export interface SocketServer {
  /** Resolves with the real port. Rejects with a SocketError `address-in-use` when anybody listens there already (U11). */
  listen(host: string, port: number): Promise<number>;
  /** Stops accepting; sockets that are open stay. */
  stopListening(): void;
  /** Ends what is left, at once, without waiting for peers; every `closed` has been told when it resolves. Paced closing is the caller's (never a mass 1006, U10). */
  dispose(): Promise<void>;
  /** `uws` or `ws`: for the start-up line and build info. */
  readonly driver: 'uws' | 'ws';
}

/** What a driver is created with. */
export interface SocketServerOptions {
  /** Paths that upgrade. Anything else is an HTTP route, 404, or 405 (the path with another method). */
  readonly upgrades: readonly UpgradeRoute[];
  readonly routes: readonly HttpRoute[];
  readonly onFault: (where: string, error: unknown) => void;
  /** Told, when a reader is slow, what share of the outbound limit its buffer takes. */
  readonly onBuffered?: (share: number) => void;
  /** Inbound frame limit in bytes, default 64 KiB. */
  readonly maxFrameBytes?: number;
  /** Outbound buffer limit a socket in bytes, default 1 MiB. A send that would pass it is `dropped`. */
  readonly maxBufferedBytes?: number;
  /** Seconds without any sign of life (pings are sent by the driver) after which a socket is dead, default 32 (U9). */
  readonly idleTimeoutS?: number;
  /** TLS key and certificate in PEM; absent: plain. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** What arrived with an upgrade or an HTTP request; all copied, safe to keep. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  /** The raw query string without `?`. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** Remote address of the TCP peer, IPv4-mapped addresses as IPv4. */
  readonly address: string;
}

/** One path that accepts WebSockets. */
export interface UpgradeRoute {
  readonly path: string;
  /** Offered to clients that ask for one of them; a client that asks for none of them gets 400 when this is not empty. */
  readonly subprotocols: readonly string[];
  /**
   * Asked before anything but the query is read, for those who cannot be taken on whoever they are: an answer ends it there,
   * at the least cost. Absent: never.
   */
  turnAway?(query: string): HttpAnswer | undefined;
  /**
   * Decides on one upgrade, at once or within 5 s (then 503; U3). The request may be aborted meanwhile: the decision is
   * then dropped, and no `open` follows an abort.
   */
  decide(head: RequestHead): UpgradeDecision | Promise<UpgradeDecision>;
}

/** Accept with the events of the coming socket, or refuse with an HTTP status. */
export type UpgradeDecision =
  { readonly accept: (socket: Socket) => SocketEvents } | { readonly refuse: HttpAnswer };

/** One open WebSocket. Every method may be called at any time, also after the close (then nothing happens). */
export interface Socket {
  /**
   * Sends one frame. `queued`: buffered behind a slow reader, `drained` will tell; `dropped`: the buffer is full or the
   * socket is closed, and nothing of this frame will arrive. Bytes are taken at once and may be reused.
   */
  send(bytes: Uint8Array, binary: boolean): SendResult;
  /** Runs `sends` so that its frames leave in as few packets as the driver can. */
  batch(sends: () => void): void;
  /** Bytes not yet taken by the peer's TCP. */
  readonly buffered: number;
  /** Starts a close handshake (code 1000 or 3000-4999, any other is sent as 1011; reason cut to 123 bytes); cut after 2 s if the peer does not answer. */
  close(code: number, reason: string): void;
  /** Cuts the connection at once. */
  terminate(): void;
}
/** What became of a frame. */
export type SendResult = 'sent' | 'queued' | 'dropped';

/** What the driver tells of one socket. */
export interface SocketEvents {
  message(bytes: Uint8Array, binary: boolean): void;
  /** The buffer has emptied after `queued`. */
  drained(): void;
  /** The connection is gone. `code` is what the peer said (our own after our `close`), 1005 or 1006 if nothing. */
  closed(code: number): void;
}

/** One HTTP route; exact method and path. HEAD is answered from GET; OPTIONS is routed like any method. */
export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  /** An exact path, or a prefix ending in `/*`. */
  readonly path: string;
  /** Answers within 5 s or the driver answers 503 (U4). `body` is at most 64 KiB, else 413 without a call. */
  answer(head: RequestHead, body: Uint8Array): HttpAnswer | Promise<HttpAnswer>;
}

/** One HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** `address-in-use`: somebody listens there; `not-loadable`: no binary for this machine; `bad-version`: a refused release (U1). */
export type SocketErrorCode = 'address-in-use' | 'cannot-listen' | 'not-loadable' | 'bad-version';

/** Why a socket server cannot run. */
export class SocketError extends Error {
  readonly code: SocketErrorCode;
  constructor(code: SocketErrorCode, message: string) {
    super(message);
    this.name = 'SocketError';
    this.code = code;
  }
}
