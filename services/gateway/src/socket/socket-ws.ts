import { createServer as createHttpServer } from 'node:http';
import type { Server, ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket as NetSocket } from 'node:net';

import type { Cancel, Clock } from '@parley/kit';

import { shielded } from './attempt.js';
import { driverContext, MAX_HEADER_BYTES } from './driver-context.js';
import { listenNet } from './listen-net.js';
import type { OpenSocket } from './open-socket.js';
import { SocketError } from './port.js';
import type { SocketServer, SocketServerOptions } from './port.js';
import { answerHttp } from './ws-http.js';
import { createLiveness } from './ws-liveness.js';
import { answerUpgrade } from './ws-upgrade.js';

/** Whole head in 10 s, whole request in 12 s, looked at each second: a slow sender is gone in time (F14). */
const timeouts = { headersTimeout: 10_000, requestTimeout: 12_000, connectionsCheckingInterval: 1_000 };

/**
 * The socket server on `node:http` and `ws`, for machines where no binary loads. Beyond the port's contract: a frame
 * that waits for TLS to encrypt it counts as `queued`. Throws a SocketError when `tls` is unusable.
 */
export function createWsServer(options: SocketServerOptions, clock: Clock): SocketServer {
  const context = driverContext(options, clock);
  const server = createServer(options.tls);
  const parts = { liveness: createLiveness(context), sockets: new Set<OpenSocket>() };
  const failed = (where: string) => (error: unknown) => context.fault(where, error);
  const http = answerHttp(context, { http: options.routes, upgrades: options.upgrades });
  server.on('request', shielded(http, failed('http')));
  server.on('upgrade', shielded(answerUpgrade(context, options, { ...parts, http }), failed('upgrade')));
  const connections = trackConnections(server);

  let stopSweep: Cancel | undefined;
  let disposed = false;
  return {
    driver: 'ws',
    async listen(host, port) {
      const bound = await listenNet(server, host, port);
      server.on('error', failed('server'));
      stopSweep = clock.every(1_000, parts.liveness.sweep);
      return bound;
    },
    stopListening: () => void server.close(),
    async dispose() {
      if (disposed) return;
      disposed = true;
      stopSweep?.();
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of [...parts.sockets]) socket.cut();
      for (const connection of connections) connection.destroy();
      await closed;
      // `ws` tells the end of a socket some turns after its connection's.
      while (parts.sockets.size > 0) await new Promise<void>((turn) => clock.soon(turn));
    },
  };
}

function createServer(tls: SocketServerOptions['tls']): Server {
  const limits: ServerOptions = { maxHeaderSize: MAX_HEADER_BYTES, ...timeouts };
  if (tls === undefined) return createHttpServer(limits);
  try {
    return createHttpsServer({ ...limits, ...tls });
  } catch (error) {
    throw new SocketError(
      'cannot-listen',
      `The TLS key and certificate cannot be used: ${error instanceof Error ? error.message : 'two matching PEM texts are needed'}.`,
    );
  }
}

/** Every TCP connection, upgraded or not. */
function trackConnections(server: Server): ReadonlySet<NetSocket> {
  const connections = new Set<NetSocket>();
  server.on('connection', (connection: NetSocket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  return connections;
}
