import { decodeBody, encodeBody } from '@parley/protocol/internal';
import type { MintReply, MintRequest } from '@parley/protocol/internal';

import type { Minter } from './minter.js';

/** Answers one request that came over the bus. What is no mint request gets `refused` with `bad_request`. */
export function answerMint(minter: Minter, body: Uint8Array): Uint8Array {
  const request: Partial<Record<keyof MintRequest, unknown>> = decodeBody<MintRequest>(body) ?? {};
  const { type, app, identity, region } = request;
  if (type !== 'mint' || typeof app !== 'string' || typeof identity !== 'string') {
    minter.refused('bad_request');
    return encodeBody({ type: 'refused', error: 'bad_request' } satisfies MintReply);
  }
  return encodeBody(minter.mint({ type, app, identity, ...(typeof region === 'string' && { region }) }));
}
