import type { DevTokens } from '@parley/kit';
import { answerDevToken } from '../auth/answer-dev-token.js';
import type { HttpRoute } from '../socket/port.js';

/** `POST /v1/dev-token`, for open mode only (HTTP-3): where it is not among the routes, the answer is 404. */
export function devTokenRoute(devTokens: Pick<DevTokens, 'issue'>): HttpRoute {
  return { method: 'POST', path: '/v1/dev-token', answer: (_head, body) => answerDevToken(devTokens, body) };
}
