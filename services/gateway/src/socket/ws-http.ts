import type { IncomingMessage, ServerResponse } from 'node:http';

import type { WireAnswer } from './answers.js';
import type { DriverContext } from './driver-context.js';
import { exchange } from './exchange.js';
import type { HttpRoute, RequestHead, UpgradeRoute } from './port.js';
import { addressFrom, headerMap, splitTarget } from './request-head.js';
import { checkUpgrade } from './upgrade-check.js';

/** Copies what arrived. */
export function readHead(request: IncomingMessage): RequestHead {
  const raw = request.rawHeaders;
  const pairs = Array.from(
    { length: raw.length / 2 },
    (_, i) => [raw[2 * i] ?? '', raw[2 * i + 1] ?? ''] as const,
  );
  return {
    method: request.method ?? '',
    ...splitTarget(request.url ?? ''),
    headers: headerMap(pairs),
    address: addressFrom(request.socket.remoteAddress),
  };
}

/** Writes one answer. `close`: the connection ends after it. */
export function writeAnswer(response: ServerResponse, answer: WireAnswer, close: boolean): void {
  const bodiless = answer.status === 204 || answer.status === 304;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  if (close) response.setHeader('connection', 'close');
  if (!bodiless) response.setHeader('content-length', answer.body.byteLength);
  response.writeHead(answer.status, answer.reason);
  response.end(bodiless ? undefined : answer.body);
}

/** Serves everything that is no upgrade: the routes, 404, and 400 or 426 on a path that speaks WebSocket. */
export function answerHttp(
  context: DriverContext,
  routes: { readonly http: readonly HttpRoute[]; readonly upgrades: readonly UpgradeRoute[] },
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const head = readHead(request);
    const reply = (answer: WireAnswer, close: boolean): void => writeAnswer(response, answer, close);
    const upgrade = routes.upgrades.find(({ path }) => path === head.path);
    const verdict = upgrade && checkUpgrade(head, upgrade.subprotocols);
    if (verdict && 'refuse' in verdict) return reply(verdict.refuse, true);

    const serving = exchange(context, routes.http, head, reply);
    response.on('close', serving.abort);
    request.on('error', serving.abort);
    request.on('data', (chunk: Buffer) => serving.data(chunk));
    request.on('end', serving.end);
  };
}
