import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../ports/clock.js';
import type { Service } from '../ports/service.js';
import { carriesToken, findAdminRoute, readBody } from './admin-route.js';
import type { AdminRoute } from './admin-route.js';
import { listenExclusively } from './listen-exclusively.js';

/** Whether the process can do its work now; each reason is a short fixed word such as `bus-late`. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** The server of probes and metrics, apart from clients'. */
export interface AdminServer extends Service {
  /** The port it listens on, after `start`. */
  port(): number;
}

/** What an admin server works with. */
export interface AdminServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly clock: Clock;
  readonly ready: () => Readiness;
  readonly metrics: () => Promise<string>;
  /** Of the metrics; default Prometheus' text format. */
  readonly contentType?: string;
  /** Answered to who has `token` alone; without a token there are none. */
  readonly routes?: readonly AdminRoute[];
  readonly token?: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const ANSWER_WITHIN_MS = 4000;
const REQUEST_WITHIN_MS = 5000;
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Creates the admin server: `/healthz` (200 while the event loop turns), `/readyz` (200, or 503, with
 * `{"ready","reasons"}`), `/metrics`, and `routes`. Every request is answered within 5 s or its connection is closed. `start` rejects
 * with a clear message when the port is taken. It stays up while the process drains.
 */
export function createAdminServer(options: AdminServerOptions): AdminServer {
  const server = createServer(
    {
      requestTimeout: REQUEST_WITHIN_MS,
      headersTimeout: REQUEST_WITHIN_MS,
      connectionsCheckingInterval: 500,
    },
    (request, response) => void serve(options, request, response),
  );
  server.maxConnections = 256;
  let stopped: Promise<void> | undefined;
  return {
    start: () => listenExclusively(server, { host: options.host, port: options.port, setting: 'ADMIN_PORT' }),
    drain: async () => undefined,
    stop: () => (stopped ??= stop(server)),
    port: () => (server.address() as AddressInfo | null)?.port ?? options.port,
  };
}

async function serve(
  options: AdminServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on('error', () => undefined);
  const answer = await answerTo(options, request).catch(() => failure(500, 'failed'));
  request.resume();
  response.writeHead(answer.status, { 'content-type': answer.type, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

async function answerTo(options: AdminServerOptions, request: IncomingMessage): Promise<Answer> {
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const asked = { path, query: query.join('?') };
  if (request.method === 'PUT') return withinTime(options.clock, answerRoute(options, request, asked));
  if (request.method !== 'GET' && request.method !== 'HEAD') return failure(405, 'method not allowed');
  switch (path) {
    case '/healthz':
      return json(200, { alive: true });
    case '/readyz': {
      const { ready, reasons } = options.ready();
      return json(ready ? 200 : 503, { ready, reasons });
    }
    case '/metrics':
      return withinTime(options.clock, scrape(options));
    default:
      return withinTime(options.clock, answerRoute(options, request, asked));
  }
}

async function answerRoute(
  { routes = [], token }: AdminServerOptions,
  request: IncomingMessage,
  { path, query }: { readonly path: string; readonly query: string },
): Promise<Answer> {
  const method = request.method === 'PUT' ? 'PUT' : 'GET';
  if (token === undefined || findAdminRoute(routes, path) === undefined) return failure(404, 'not found');
  if (!carriesToken(request, token)) return failure(401, 'admin token required');
  const found = findAdminRoute(
    routes.filter((route) => route.method === method),
    path,
  );
  if (found === undefined) return failure(405, 'method not allowed');
  const given = method === 'PUT' ? await readBody(request) : '';
  if (given === undefined) return failure(413, 'too large');
  const asked = { parts: found.parts, query: new URLSearchParams(query), body: given };
  const { status, body } = await found.route.answer(asked);
  return json(status, body);
}

async function scrape({ metrics, contentType = METRICS_TYPE }: AdminServerOptions): Promise<Answer> {
  return { status: 200, type: contentType, body: await metrics() };
}

function withinTime(clock: Clock, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ANSWER_WITHIN_MS, () => resolve(failure(503, 'timed out')));
    answer.then(resolve, reject).finally(cancel);
  });
}

function failure(status: number, error: string): Answer {
  return json(status, { error });
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
