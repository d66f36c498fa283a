import { createServer } from 'node:net';
import type { Server } from 'node:net';

import { SocketError } from './port.js';

/** Listens with node:net (never SO_REUSEPORT). Rejects with `address-in-use`, or `cannot-listen` and the system's reason. */
export function listenNet(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(listenError(host, port, error));
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Why nothing can be bound there: the binary only says that it could not, the system says why. */
export async function whyNotListen(host: string, port: number): Promise<SocketError> {
  const probe = createServer();
  try {
    await listenNet(probe, host, port);
  } catch (error) {
    if (error instanceof SocketError) return error;
  }
  await new Promise((closed) => probe.close(closed));
  return new SocketError('cannot-listen', `Cannot listen on ${host}:${port}.`);
}

function listenError(host: string, port: number, error: NodeJS.ErrnoException): SocketError {
  if (error.code === 'EADDRINUSE') {
    return new SocketError(
      'address-in-use',
      `Somebody already listens on ${host}:${port}. Stop it or choose another port.`,
    );
  }
  return new SocketError('cannot-listen', `Cannot listen on ${host}:${port}: ${error.message}.`);
}
