import type { DevTokens } from '@parley/kit';
import { errorBody, FIELD_LIMITS } from '@parley/protocol';
import { z } from 'zod';

import type { HttpAnswer } from '../socket/port.js';

const utf8 = (max: number) =>
  z
    .string()
    .min(1)
    .refine((value) => new TextEncoder().encode(value).length <= max && !/\p{Surrogate}/u.test(value));

const flag = z.boolean().exactOptional();

const request = z.object({
  room: utf8(FIELD_LIMITS.roomBytes),
  identity: utf8(128),
  grants: z
    .strictObject({
      roomAdmin: flag,
      canPublish: flag,
      canPublishData: flag,
      canUpdateOwnMetadata: flag,
      hidden: flag,
    })
    .exactOptional(),
});

const headers = Object.freeze({ 'content-type': 'application/json', 'cache-control': 'no-store' });

/**
 * Answers `POST /v1/dev-token` (open mode only; in `jwt` mode the route does not exist): `{"token"}` for
 * `{"room","identity","grants"?}`, or 400 with `{"error"}`. The token allows to join that room for an hour.
 */
export async function answerDevToken(
  devTokens: Pick<DevTokens, 'issue'>,
  body: Uint8Array,
): Promise<HttpAnswer> {
  const parsed = request.safeParse(parseJson(body));
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    const field = ['room', 'identity', 'grants'].find(
      (name) => where === name || where.startsWith(`${name}.`),
    );
    const message =
      field === undefined ? 'the body is not {"room","identity","grants"?}' : `${field} is not of its form`;
    return { status: 400, headers, body: JSON.stringify({ error: errorBody('bad_request', message) }) };
  }
  const token = await devTokens.issue(parsed.data);
  return { status: 200, headers, body: JSON.stringify({ token }) };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
