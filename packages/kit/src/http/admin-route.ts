import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What only whoever has the admin token may ask, or change, on the admin port. */
export interface AdminRoute {
  readonly method: 'GET' | 'PUT';
  /** The exact path; a segment `*` stands for any one. */
  readonly path: string;
  /** Rejections are answered 500. */
  answer(request: AdminRequest): AdminAnswer | Promise<AdminAnswer>;
}

/** What arrived. */
export interface AdminRequest {
  /** What stood for each `*`, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  /** Of a PUT; at most 1 KiB, otherwise empty. */
  readonly body: string;
}

/** `body` is told as JSON. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: object;
}

/** The route of a path, and what stood for its stars; undefined if there is none, or a star stood for what is not UTF-8. */
export function findAdminRoute(
  routes: readonly AdminRoute[],
  path: string,
): { readonly route: AdminRoute; readonly parts: readonly string[] } | undefined {
  const given = path.split('/');
  for (const route of routes) {
    const wanted = route.path.split('/');
    const fits =
      wanted.length === given.length && wanted.every((one, at) => one === '*' || one === given[at]);
    if (!fits) continue;
    try {
      const parts = given.filter((_, at) => wanted[at] === '*').map((part) => decodeURIComponent(part));
      return { route, parts };
    } catch {
      return undefined;
    }
  }
  return undefined;
}

const MAX_BODY_BYTES = 1_024;

/** The body of a request; undefined if it is too large. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Whether a request carries the token, as `Authorization: Bearer …`. Takes the same time for every wrong one. */
export function carriesToken({ headers }: IncomingMessage, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
