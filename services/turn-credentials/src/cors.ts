import { corsHeaders, originAllowed, PREFLIGHT_HEADERS } from '@parley/kit';
import type { OriginRule } from '@parley/kit';

import type { HttpAnswer, RequestHead } from './http.js';

/** The answer with what lets a page of an allowed Origin read it (X2). Other pages cannot read it. */
export function withCors(answer: HttpAnswer, head: RequestHead, rule: OriginRule): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, ...corsHeaders(rule, head.headers.get('origin')) } };
}

/** The answer to a preflight: 204 for an allowed Origin, else 403. */
export function answerPreflight(head: RequestHead, rule: OriginRule): HttpAnswer {
  const origin = head.headers.get('origin');
  if (origin === undefined || !originAllowed(rule, origin))
    return { status: 403, headers: { vary: 'Origin' }, body: '' };
  return withCors({ status: 204, headers: PREFLIGHT_HEADERS, body: '' }, head, rule);
}
