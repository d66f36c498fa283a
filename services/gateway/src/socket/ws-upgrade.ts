import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';

import type { DriverContext } from './driver-context.js';
import { earlyAnswer } from './early-answer.js';
import { openSocket } from './open-socket.js';
import type { OpenSocket } from './open-socket.js';
import { pendingUpgrade } from './pending-upgrade.js';
import type { Socket, SocketEvents, SocketServerOptions, UpgradeRoute } from './port.js';
import { chooseSubprotocol } from './upgrade-check.js';
import { readHead, writeAnswer } from './ws-http.js';
import type { Liveness } from './ws-liveness.js';
import { wsWire } from './ws-wire.js';

type Accept = (socket: Socket) => SocketEvents;
/** What the server keeps of its open sockets. */
interface Parts {
  readonly liveness: Liveness;
  readonly sockets: Set<OpenSocket>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers node's `upgrade` event. What is no upgrade path is answered as if nobody had asked to upgrade. */
export function answerUpgrade(
  context: DriverContext,
  options: SocketServerOptions,
  parts: Parts & { readonly http: Answer },
): (request: IncomingMessage, stream: Duplex, first: Buffer) => void {
  const handshakes = new Map(options.upgrades.map((route) => [route, handshake(context, route)]));
  return (request, stream, first) => {
    const early = holdEarlyBytes(stream, first, context.limits.maxFrameBytes);
    const head = readHead(request);
    const route = options.upgrades.find(({ path }) => path === head.path);
    const server = route && handshakes.get(route);
    if (route === undefined || server === undefined)
      return parts.http(request, plainResponse(request, stream));

    const refused = earlyAnswer(context, route, head.query);
    if (refused !== undefined) return writeAnswer(plainResponse(request, stream), refused, true);
    const abort = pendingUpgrade(context, route, head, {
      accept(accept) {
        const arrived = early.release();
        server.handleUpgrade(request, stream, arrived, (ws) =>
          connect(context, parts, { ws, stream: stream as NetSocket, accept }),
        );
      },
      refuse: (answer) => writeAnswer(plainResponse(request, stream), answer, true),
    });
    stream.once('close', abort);
  };
}

function handshake(context: DriverContext, route: UpgradeRoute): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: context.limits.maxFrameBytes,
    handleProtocols: (offered) => chooseSubprotocol(route.subprotocols, offered) || false,
  });
}

/** A response on a connection that node has handed over; the connection ends with it. */
function plainResponse(request: IncomingMessage, stream: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(stream as NetSocket);
  response.once('finish', () => stream.end());
  return response;
}

/**
 * Reads the connection while the decision is pending, so that its end is noticed (U3). What arrives early, at most a
 * frame's worth, is kept for the WebSocket.
 */
function holdEarlyBytes(stream: Duplex, first: Buffer, limit: number): { release(): Buffer } {
  const chunks = [first];
  let size = first.length;
  const keep = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > limit) stream.destroy();
    else chunks.push(chunk);
  };
  const gone = (): void => void stream.destroy();
  // Node has taken its own listeners off: without one, an error of the connection would end the process.
  stream.on('error', gone);
  stream.on('data', keep);
  stream.on('end', gone);
  return {
    release() {
      stream.off('data', keep);
      stream.off('end', gone);
      return Buffer.concat(chunks);
    },
  };
}

function connect(
  context: DriverContext,
  { liveness, sockets }: Parts,
  connection: { readonly ws: WebSocket; readonly stream: NetSocket; readonly accept: Accept },
): void {
  const { ws, stream, accept } = connection;
  const socket: OpenSocket = openSocket(
    wsWire(ws, stream, () => socket.flushed()),
    accept,
    context,
  );
  const watched = { received: () => stream.bytesRead, ping: () => ws.ping(), cut: socket.cut };
  liveness.watch(watched);
  sockets.add(socket);
  ws.on('message', (data: RawData, isBinary: boolean) => socket.message(data as Buffer, isBinary));
  // The peer broke the protocol; `ws` has begun to close.
  ws.on('error', socket.ending);
  ws.on('close', (code: number) => {
    liveness.forget(watched);
    sockets.delete(socket);
    socket.closed(code);
  });
  socket.open();
}
