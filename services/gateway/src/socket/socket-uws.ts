import type { Clock } from '@parley/kit';

import { shielded } from './attempt.js';
import { driverContext } from './driver-context.js';
import { whyNotListen } from './listen-net.js';
import type { OpenSocket } from './open-socket.js';
import type { SocketServer, SocketServerOptions } from './port.js';
import { uwsApp } from './uws-app.js';
import { LISTEN_EXCLUSIVE_PORT } from './uws-binding.js';
import type { UwsApp, UwsBinding, UwsListener } from './uws-binding.js';
import { answerHttp } from './uws-http.js';
import { uwsBehavior } from './uws-upgrade.js';

/**
 * The socket server on uWebSockets.js. Beyond the port's contract: a peer's close code of 3000-3999 is told as 1006, and
 * after our own `close` the code told is ours, at once (the binary says no more; its file descriptor goes when the peer
 * ends the connection, or at the idle timeout). Throws a SocketError when `tls` is unusable.
 */
export function createUwsServer(uws: UwsBinding, options: SocketServerOptions, clock: Clock): SocketServer {
  const context = driverContext(options, clock);
  const sockets = new Set<OpenSocket>();
  const app = uwsApp(uws, options.tls);
  for (const route of options.upgrades) app.ws(route.path, uwsBehavior(context, route, sockets));
  const http = answerHttp(context, { http: options.routes, upgrades: options.upgrades });
  app.any(
    '/*',
    shielded(http, (error) => context.fault('http', error)),
  );

  let listener: UwsListener | undefined;
  let disposed = false;
  const stopListening = (): void => {
    if (listener !== undefined) uws.us_listen_socket_close(listener);
    listener = undefined;
  };
  return {
    driver: 'uws',
    async listen(host, port) {
      const bound = await bind(app, host, port);
      if (bound === undefined) throw await whyNotListen(host, port);
      listener = bound;
      return uws.us_socket_local_port(bound);
    },
    stopListening,
    async dispose() {
      if (disposed) return;
      disposed = true;
      stopListening();
      // Never under the binary's own feet: the caller may be in one of its callbacks.
      await new Promise<void>((turn) => clock.soon(turn));
      for (const socket of [...sockets]) socket.cut();
      // What is left are HTTP connections and undecided upgrades; no WebSocket sees this (U10).
      app.close();
    },
  };
}

function bind(app: UwsApp, host: string, port: number): Promise<UwsListener | undefined> {
  return new Promise((resolve) => {
    app.listen(host, port, LISTEN_EXCLUSIVE_PORT, (listener) =>
      resolve(listener === false ? undefined : listener),
    );
  });
}
