import { createServer } from 'node:net';

/** Below what systems give to outgoing connections, one of which could take a port while its server restarts. */
const [LOWEST, HIGHEST] = [10_000, 30_000];

/** A port of 127.0.0.1 that is free now, for a server that is to come back on the same one. */
export async function stablePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
