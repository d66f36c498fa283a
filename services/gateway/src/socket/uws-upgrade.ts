import { ANSWERS } from './answers.js';
import type { DriverContext } from './driver-context.js';
import { openSocket } from './open-socket.js';
import type { OpenSocket, Wire } from './open-socket.js';
import { pendingUpgrade } from './pending-upgrade.js';
import type { Socket, SocketEvents, UpgradeRoute } from './port.js';
import { COMPRESSION_DISABLED } from './uws-binding.js';
import type { UwsBehavior, UwsWebSocket } from './uws-binding.js';
import { readHead, writeAnswer } from './uws-http.js';

/** What the driver hangs on a connection. */
export interface UwsConnection {
  readonly accept: (socket: Socket) => SocketEvents;
  wire?: UwsWire;
  socket?: OpenSocket;
}

/** The WebSocket behaviour of one upgrade path. `sockets` holds what is open, for `dispose`. */
export function uwsBehavior(
  context: DriverContext,
  route: UpgradeRoute,
  sockets: Set<OpenSocket>,
): UwsBehavior<UwsConnection> {
  const { limits } = context;
  return {
    compression: COMPRESSION_DISABLED,
    maxPayloadLength: limits.maxFrameBytes,
    // Behind our own check, which is stricter: the binary tests before a send and then takes any frame.
    maxBackpressure: limits.maxBufferedBytes,
    closeOnBackpressureLimit: true,
    idleTimeout: limits.idleTimeoutS,
    sendPingsAutomatically: true,
    upgrade: uwsUpgrade(context, route),
    open(ws) {
      const connection = ws.getUserData();
      connection.wire = uwsWire(ws);
      connection.socket = openSocket(connection.wire, connection.accept, context);
      sockets.add(connection.socket);
    },
    message(ws, message, isBinary) {
      ws.getUserData().socket?.message(new Uint8Array(message), isBinary);
    },
    drain(ws) {
      const { wire, socket } = ws.getUserData();
      if (ws.getBufferedAmount() > 0) return;
      socket?.flushed();
      wire?.flushed();
    },
    close(ws, code) {
      const { socket } = ws.getUserData();
      if (socket === undefined) return;
      sockets.delete(socket);
      socket.closed(code);
    },
  };
}

function uwsUpgrade(context: DriverContext, route: UpgradeRoute): UwsBehavior<UwsConnection>['upgrade'] {
  return (res, req, upgradeContext) => {
    let abort = (): void => undefined;
    res.onAborted(() => abort());
    const head = readHead(res, req);
    abort = pendingUpgrade(context, route, head, {
      accept(accept, subprotocol) {
        const key = head.headers.get('sec-websocket-key') ?? '';
        const connection: UwsConnection = { accept };
        res.cork(() => res.upgrade(connection, key, subprotocol, '', upgradeContext));
      },
      refuse: (answer) => writeAnswer(res, answer, { head: false, close: true }),
    });
  };
}
