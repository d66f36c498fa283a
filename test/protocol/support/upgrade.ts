import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { Target } from './target.js';

/** What a server answered to an attempt to upgrade. */
export interface UpgradeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** The headers of a proper upgrade of version 13. */
export function upgradeHeaders(): Record<string, string> {
  return {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'sec-websocket-protocol': 'parley.v1',
  };
}

/** Asks for `path` with these headers and no others; an upgraded connection is dropped at once. */
export function askUpgrade(
  target: Target,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${target.url}${path}`, {
      headers: { ...target.headers, ...headers },
      agent: false,
    });
    asked.once('error', reject);
    asked.once('upgrade', ({ statusCode = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers });
    });
    asked.once('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    asked.end();
  });
}
