import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';

import type { HttpAnswer } from './port.js';

/** An answer checked and ready to be written by either driver. */
export interface WireAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** Checks and encodes an answer. Throws on a status outside 200-599 and on a header that could split the response. */
export function encodeAnswer(answer: HttpAnswer): WireAnswer {
  const { status, headers = {}, body = '' } = answer;
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new RangeError(`status ${status}`);
  const kept = Object.entries(headers).filter(([name]) => !framing.has(name.toLowerCase()));
  for (const [name, value] of kept) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : Uint8Array.from(body);
  return { status, reason: STATUS_CODES[status] ?? 'Unknown', headers: kept, body: bytes };
}

/** The drivers frame responses themselves. */
const framing = new Set(['connection', 'content-length', 'transfer-encoding']);

const plain = (status: number, text: string, headers: Record<string, string> = {}): WireAnswer =>
  encodeAnswer({
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: `${text}\n`,
  });

/** What the drivers themselves answer. */
export const ANSWERS = {
  badUpgrade: (why: string) => plain(400, why),
  noSubprotocol: (known: readonly string[]) =>
    plain(400, `Ask for one of the subprotocols: ${known.join(', ')}`),
  notFound: plain(404, 'Not found'),
  methodNotAllowed: (allow: readonly string[]) =>
    plain(405, 'Method not allowed', { allow: allow.join(', ') }),
  bodyLate: plain(408, 'The request body did not arrive in time'),
  tooLarge: plain(413, 'The request body is too large'),
  upgradeRequired: plain(426, 'This path speaks WebSocket, version 13', {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
  }),
  failed: plain(500, 'Internal error'),
  late: plain(503, 'Not ready in time', { 'retry-after': '1' }),
} as const;
