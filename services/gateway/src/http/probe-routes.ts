import type { Readiness } from '@parley/kit';
import type { HttpAnswer, HttpRoute } from '../socket/port.js';

const HEADERS = Object.freeze({ 'content-type': 'application/json', 'cache-control': 'no-store' });

/** `GET /healthz` (the event loop runs) and `GET /readyz` (a join would succeed), HTTP-4. */
export function probeRoutes(ready: () => Readiness): HttpRoute[] {
  const readyz = (): HttpAnswer => {
    const readiness = ready();
    return { status: readiness.ready ? 200 : 503, headers: HEADERS, body: JSON.stringify(readiness) };
  };
  return [
    {
      method: 'GET',
      path: '/healthz',
      answer: () => ({ status: 200, headers: HEADERS, body: '{"alive":true}' }),
    },
    { method: 'GET', path: '/readyz', answer: readyz },
  ];
}
