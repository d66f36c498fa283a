import { exchange } from './exchange.js';
import type { WireAnswer } from './answers.js';
import type { DriverContext } from './driver-context.js';
import type { HttpRoute, RequestHead, UpgradeRoute } from './port.js';
import { addressOf, headerMap } from './request-head.js';
import { checkUpgrade } from './upgrade-check.js';
import type { UwsRequest, UwsResponse } from './uws-binding.js';

/** Copies what arrived. Only inside the handler: the request is unreadable after it. */
export function readHead(res: UwsResponse, req: UwsRequest): RequestHead {
  const pairs: [string, string][] = [];
  req.forEach((name, value) => void pairs.push([name, value]));
  return {
    method: req.getCaseSensitiveMethod(),
    path: req.getUrl(),
    query: req.getQuery() ?? '',
    headers: headerMap(pairs),
    address: addressOf(new Uint8Array(res.getRemoteAddress())),
  };
}

/** Writes one answer. Only on a response that is not aborted. Never throws. */
export function writeAnswer(
  res: UwsResponse,
  answer: WireAnswer,
  how: { head: boolean; close: boolean },
): void {
  const bodiless = how.head || answer.status === 204 || answer.status === 304;
  res.cork(() => {
    res.writeStatus(`${answer.status} ${answer.reason}`);
    for (const [name, value] of answer.headers) res.writeHeader(name, value);
    // Only `end` can close the connection. With a length of its own, endWithoutBody would wait for a body.
    if (how.close) return res.end(how.head ? new Uint8Array() : answer.body, true);
    if (!bodiless) return res.end(answer.body, false);
    if (how.head) res.writeHeader('content-length', String(answer.body.byteLength));
    res.endWithoutBody();
  });
}

/** Serves everything that is no upgrade: the routes, 404, and 400 or 426 on a path that speaks WebSocket. */
export function answerHttp(
  context: DriverContext,
  routes: { readonly http: readonly HttpRoute[]; readonly upgrades: readonly UpgradeRoute[] },
): (res: UwsResponse, req: UwsRequest) => void {
  return (res, req) => {
    let abort = (): void => undefined;
    let answered = false;
    res.onAborted(() => abort());
    const head = readHead(res, req);
    const reply = (answer: WireAnswer, close: boolean): void => {
      answered = true;
      writeAnswer(res, answer, { head: head.method === 'HEAD', close });
    };
    const upgrade = routes.upgrades.find(({ path }) => path === head.path);
    const verdict = upgrade && checkUpgrade(head, upgrade.subprotocols);
    if (verdict && 'refuse' in verdict) return reply(verdict.refuse, true);

    const serving = exchange(context, routes.http, head, reply);
    abort = serving.abort;
    // A response that has been answered must not be touched again; the binary itself skips a body nobody reads.
    if (answered as boolean) return;
    res.onData((chunk, isLast) => {
      serving.data(new Uint8Array(chunk));
      if (isLast) serving.end();
    });
  };
}
