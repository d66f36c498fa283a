import { errorBody } from '@parley/protocol';
import type { ErrorCode } from '@parley/protocol';

/** What arrived with a request. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  /** The raw query string without `?`. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
}

/** One HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One route: exact method and path. */
export interface HttpRoute {
  readonly method: 'GET' | 'OPTIONS';
  readonly path: string;
  answer(head: RequestHead): HttpAnswer | Promise<HttpAnswer>;
}

const STATUS: ReadonlyMap<ErrorCode, number> = new Map([
  ['bad_request', 400],
  ['token_required', 401],
  ['token_invalid', 401],
  ['token_expired', 401],
  ['forbidden', 403],
  ['unsupported', 404],
  ['rate_limited', 429],
  ['draining', 503],
  ['unavailable', 503],
]);

/** A JSON answer that no cache keeps. */
export function jsonAnswer(status: number, value: unknown): HttpAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(value) };
}

/** `{"error"}` with the status of its code; 401 says how to authenticate, 429 and 503 when to come back. */
export function errorAnswer(code: ErrorCode, message?: string, retryAfterMs?: number): HttpAnswer {
  const answer = jsonAnswer(STATUS.get(code) ?? 500, { error: errorBody(code, message, retryAfterMs) });
  return {
    ...answer,
    headers: {
      ...answer.headers,
      ...(answer.status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(retryAfterMs !== undefined && { 'retry-after': `${Math.ceil(retryAfterMs / 1_000)}` }),
    },
  };
}

/** The credential of `Authorization: Bearer …`. */
export function bearer(head: RequestHead): string | undefined {
  const match = /^Bearer +(\S+) *$/i.exec(head.headers.get('authorization') ?? '');
  return match?.[1];
}
