import { originAllowed } from '@parley/kit';
import type { OriginRule } from '@parley/kit';

import type { HttpAnswer, RequestHead } from './http.js';

/** The answer with what lets a page of an allowed Origin read it (X2). Other pages cannot read it. */
export function withCors(answer: HttpAnswer, head: RequestHead, rule: OriginRule): HttpAnswer {
  const origin = head.headers.get('origin');
  const readable = origin !== undefined && originAllowed(rule, origin);
  const headers = {
    ...answer.headers,
    vary: 'Origin',
    ...(readable && {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'Retry-After',
    }),
  };
  return { ...answer, headers };
}

/** The answer to a preflight: 204 for an allowed Origin, else 403. */
export function answerPreflight(head: RequestHead, rule: OriginRule): HttpAnswer {
  const origin = head.headers.get('origin');
  if (origin === undefined || !originAllowed(rule, origin))
    return { status: 403, headers: { vary: 'Origin' }, body: '' };
  const headers = {
    'access-control-allow-methods': 'GET',
    'access-control-allow-headers': 'Authorization',
    'access-control-max-age': '600',
  };
  return withCors({ status: 204, headers, body: '' }, head, rule);
}
