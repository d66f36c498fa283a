import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a route of the admin server answers. */
export interface AdminAnswer {
  readonly status: number;
  /** Content type. */
  readonly type: string;
  readonly body: string;
}

/** What a route is asked. */
export interface AdminRequest {
  /** Without the query. */
  readonly path: string;
  /** The raw query string without `?`. */
  readonly query: string;
  /** At most 1 KiB; empty if there is none. */
  readonly body: string;
}

/** A route of the admin server that only who has the admin token may use. */
export interface AdminRoute {
  readonly method: 'GET' | 'PUT';
  /** An exact path, or a prefix ending in `/*`. */
  readonly path: string;
  /** A throw is answered 500. */
  answer(request: AdminRequest): AdminAnswer | Promise<AdminAnswer>;
}

/** The routes, and what their callers show; without a token they are not there. */
export interface AdminRoutes {
  readonly routes: readonly AdminRoute[];
  readonly adminToken: string | undefined;
}

const MAX_BODY_BYTES = 1_024;
const TYPE = 'application/json';

/** The answer to a request that is a route's; undefined for all others. */
export async function answerAdminRoute(
  { routes, adminToken }: AdminRoutes,
  request: IncomingMessage,
): Promise<AdminAnswer | undefined> {
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const there = adminToken === undefined ? [] : routes.filter((route) => isAt(route, path));
  if (adminToken === undefined || there.length === 0) return undefined;
  if (!shows(request.headers.authorization, adminToken)) return refusal(401, 'the admin token is needed');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const found = there.find((route) => route.method === method);
  if (found === undefined) return refusal(405, 'method not allowed');
  const body = await readBody(request);
  if (body === undefined) return refusal(413, 'too large');
  return found.answer({ path, query: query.join('?'), body });
}

/** An answer that tells an error. */
export function refusal(status: number, error: string): AdminAnswer {
  return jsonAnswer(status, { error });
}

/** An answer in JSON. */
export function jsonAnswer(status: number, value: unknown): AdminAnswer {
  return { status, type: TYPE, body: `${JSON.stringify(value)}\n` };
}

function isAt({ path: pattern }: AdminRoute, path: string): boolean {
  return pattern.endsWith('/*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** Hashes are of one length, so that nothing of the token can be measured. */
function shows(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  let body = '';
  let bytes = 0;
  request.setEncoding('utf8');
  for await (const chunk of request as AsyncIterable<string>) {
    bytes += Buffer.byteLength(chunk);
    if (bytes > MAX_BODY_BYTES) return undefined;
    body += chunk;
  }
  return body;
}
