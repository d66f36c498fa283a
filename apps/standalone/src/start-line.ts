import type { ChosenSocketServer } from '@parley/gateway';

/** What the start-up line is made from. */
export interface StartFacts {
  readonly config: { readonly host: string; readonly adminHost: string; readonly authMode: 'open' | 'jwt' };
  readonly port: number;
  readonly adminPort: number;
  readonly server: Pick<ChosenSocketServer, 'driver' | 'whyNotUws'> | undefined;
  /** Its address in the local network, when it is served there over HTTPS. */
  readonly lan?: string | undefined;
}

/** The one line that `npm start` prints: where it is, who may come in, and which socket driver carries it. */
export function startLine({ config, port, adminPort, server, lan }: StartFacts): string {
  const mode =
    config.authMode === 'open' ? 'open mode (for development: anybody, from any Origin)' : 'tokens required';
  return [
    `Parley is ready on ${lan === undefined ? address(config.host, port) : `https://${lan}:${port}`}`,
    mode,
    `sockets by ${server?.driver === 'uws' ? 'uWebSockets.js' : whyWs(server?.whyNotUws)}`,
    `metrics on ${address(config.adminHost, adminPort)}/metrics`,
  ].join(' · ');
}

function whyWs(why: string | undefined): string {
  return why === undefined ? 'node:http and ws' : `node:http and ws (${why.replace(/\s*\n\s*/g, ' ')})`;
}

function address(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
