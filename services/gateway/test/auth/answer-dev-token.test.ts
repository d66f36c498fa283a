import { createDevTokens } from '@parley/kit';
import { describe, expect, test } from 'vitest';

import { answerDevToken } from '../../src/auth/answer-dev-token.js';

const clock = { wall: () => Date.UTC(2026, 10, 22), now: () => 0 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('POST /v1/dev-token', () => {
  test('answers with a token for the room, the identity and the grants', async () => {
    const devTokens = await createDevTokens({ secret: 'cluster', clock });
    const body = { room: 'standup', identity: 'ann', grants: { roomAdmin: true, canPublish: false } };
    const answer = await answerDevToken(devTokens, bytes(JSON.stringify(body)));
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const { token, ...rest } = JSON.parse(String(answer.body));
    expect(rest).toEqual({});
    expect(await devTokens.verifier.verify(token)).toMatchObject({
      sub: 'ann',
      room: 'standup',
      grants: { roomJoin: true, roomAdmin: true, canPublish: false, canPublishData: false },
    });
  });

  test.each([
    ['nothing', ''],
    ['not JSON', '{"room"'],
    ['not UTF-8', new Uint8Array([0xff])],
    ['a list', '[]'],
    ['null', 'null'],
    ['no room', '{"identity":"ann"}'],
    ['no identity', '{"room":"r"}'],
    ['an empty room', '{"room":"","identity":"ann"}'],
    ['a long room', JSON.stringify({ room: 'é'.repeat(65), identity: 'ann' })],
    ['a long identity', JSON.stringify({ room: 'r', identity: 'a'.repeat(129) })],
    ['a lone surrogate', '{"room":"\\ud800","identity":"ann"}'],
    ['an unknown grant', '{"room":"r","identity":"ann","grants":{"canFly":true}}'],
    ['another room by grant', '{"room":"r","identity":"ann","grants":{"room":"other"}}'],
    ['a grant that is no boolean', '{"room":"r","identity":"ann","grants":{"hidden":1}}'],
    ['__proto__ as grants', '{"room":"r","identity":"ann","grants":[]}'],
    ['nested deep', `{"room":${'['.repeat(20_000)}${']'.repeat(20_000)},"identity":"ann"}`],
  ])('X7 %s gets 400 and bad_request, and no token', async (_name, body) => {
    const issue = (): never => expect.fail('issued');
    const answer = await answerDevToken({ issue }, typeof body === 'string' ? bytes(body) : body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(String(answer.body))).toMatchObject({ error: { code: 'bad_request', retry: 'no' } });
  });
});
