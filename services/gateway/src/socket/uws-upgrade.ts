import { shielded } from './attempt.js';
import type { DriverContext } from './driver-context.js';
import { earlyAnswer } from './early-answer.js';
import { openSocket } from './open-socket.js';
import type { OpenSocket } from './open-socket.js';
import { pendingUpgrade } from './pending-upgrade.js';
import type { Socket, SocketEvents, UpgradeRoute } from './port.js';
import { COMPRESSION_DISABLED } from './uws-binding.js';
import type { UwsBehavior } from './uws-binding.js';
import { readHead, writeAnswer } from './uws-http.js';
import { uwsWire } from './uws-wire.js';
import type { UwsWire } from './uws-wire.js';

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
  const { limits, fault } = context;
  const safe = <A extends unknown[]>(where: string, call: (...args: A) => void): ((...args: A) => void) =>
    shielded(call, (error) => fault(where, error));
  return {
    compression: COMPRESSION_DISABLED,
    maxPayloadLength: limits.maxFrameBytes,
    // Behind our own check, which is stricter: the binary tests before a send and then takes any frame.
    maxBackpressure: limits.maxBufferedBytes + CONTROL_BYTES,
    closeOnBackpressureLimit: true,
    idleTimeout: limits.idleTimeoutS,
    sendPingsAutomatically: true,
    upgrade: safe('upgrade', uwsUpgrade(context, route)),
    open: safe('open', (ws) => {
      const connection = ws.getUserData();
      connection.wire = uwsWire(ws);
      connection.socket = openSocket(connection.wire, connection.accept, context);
      sockets.add(connection.socket);
      connection.socket.open();
    }),
    message: safe('message', (ws, message, isBinary) =>
      ws.getUserData().socket?.message(new Uint8Array(message), isBinary),
    ),
    drain: safe('drained', (ws) => {
      const { wire, socket } = ws.getUserData();
      if (ws.getBufferedAmount() > 0) return;
      if (wire?.endPending() !== true) socket?.flushed();
    }),
    close: safe('closed', (ws, code) => {
      const { socket } = ws.getUserData();
      if (socket === undefined) return;
      sockets.delete(socket);
      socket.closed(code);
    }),
  };
}

/** Pings and pongs may stand in the buffer beside our frames; a client that makes more of them unread is closed. */
const CONTROL_BYTES = 1024;

function uwsUpgrade(context: DriverContext, route: UpgradeRoute): UwsBehavior<UwsConnection>['upgrade'] {
  return (res, req, upgradeContext) => {
    const early = earlyAnswer(context, route, req.getQuery() ?? '');
    if (early !== undefined) return writeAnswer(res, early, { head: false, close: true });
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
