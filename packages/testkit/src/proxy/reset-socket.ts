import type { Socket } from 'node:net';

/**
 * Ends a socket by a RST and nothing else. `resetAndDestroy` first writes what waits, which may take for ever, and then a
 * FIN, so that the other end hears of an orderly end. What Node's own method marks the socket with does without; a
 * version of Node that knows no such mark would fail this package's tests.
 */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  // A handle cannot be reset while its FIN is being sent.
  if (socket.writableEnded && !socket.writableFinished) {
    socket.once('finish', () => resetSocket(socket));
    return;
  }
  Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}
