import type { Server } from 'node:net';

/** Where to listen, and which setting moves it (named in the error). */
export interface ListenTarget {
  readonly host: string;
  readonly port: number;
  readonly setting: string;
}

/** Resolves once the server listens, alone on its port; rejects with a message that says what to do. */
export function listenExclusively(server: Server, { host, port, setting }: ListenTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(new Error(reason(error), { cause: error }));
    const reason = ({ code, message }: NodeJS.ErrnoException): string => {
      if (code === 'EADDRINUSE') {
        return `port ${port} on ${host} is taken: stop what listens there, or set ${setting}`;
      }
      if (code === 'EACCES') return `port ${port} on ${host} is not allowed: set ${setting} to 1024 or above`;
      return `cannot listen on port ${port} of ${host} (${message}): set ${setting}`;
    };
    server.once('error', fail);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
