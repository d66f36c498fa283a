import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { listenExclusively } from '@parley/kit';
import type { Service, Telemetry } from '@parley/kit';

import { errorAnswer, jsonAnswer } from './http.js';
import type { HttpAnswer, HttpRoute, RequestHead } from './http.js';
import { log } from './logs.js';

/** The HTTP server of this service as a process of its own. */
export interface HttpServer extends Service {
  /** The port it listens on, after `start`. */
  port(): number;
}

/** What it works with. */
export interface HttpServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly routes: readonly HttpRoute[];
  readonly telemetry: Telemetry;
}

const REQUEST_WITHIN_MS = 5_000;
const MAX_HEADER_BYTES = 16_384;
const MAX_CONNECTIONS = 10_000;

/**
 * Creates the server. Bodies are not read; a request that has not come within 5 s is cut. A route that throws is
 * answered 500 and logged without anything of the request. `start` rejects with a clear message when the port is taken.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const server = createServer(
    {
      requestTimeout: REQUEST_WITHIN_MS,
      headersTimeout: REQUEST_WITHIN_MS,
      connectionsCheckingInterval: 500,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => void serve(options, request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  let stopped: Promise<void> | undefined;
  return {
    start: () => listenExclusively(server, { host: options.host, port: options.port, setting: 'PORT' }),
    drain: async () => undefined,
    stop: () =>
      (stopped ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })),
    port: () => (server.address() as AddressInfo | null)?.port ?? options.port,
  };
}

async function serve(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  response.on('error', () => undefined);
  const answer = await route(options.routes, request).catch((error: unknown) => {
    log(options.telemetry, 'http-route-failed', {
      error: error instanceof Error ? error.name : 'unknown',
    });
    return errorAnswer('internal');
  });
  response.writeHead(answer.status, answer.headers);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

async function route(routes: readonly HttpRoute[], request: IncomingMessage): Promise<HttpAnswer> {
  const head = readHead(request);
  const there = routes.filter(({ path }) => path === head.path);
  const method = head.method === 'HEAD' ? 'GET' : head.method;
  const found = there.find((one) => one.method === method);
  if (found !== undefined) return found.answer(head);
  return there.length > 0
    ? jsonAnswer(405, { error: 'method not allowed' })
    : errorAnswer('unsupported', 'no such path');
}

function readHead(request: IncomingMessage): RequestHead {
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return { method: request.method ?? 'GET', path, query: query.join('?'), headers };
}
