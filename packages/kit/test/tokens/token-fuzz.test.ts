import { expect, test } from 'vitest';

import { createTokenVerifier, MAX_TOKEN_BYTES, TokenError } from '../../src/index.js';
import { b64, clock, GOOD, SECRET, seeded, sign } from './keys.js';
import corpus from './token-corpus.json' with { type: 'json' };

const RUNS = Number(process.env['FUZZ_RUNS'] ?? (process.env['CI'] === 'true' ? 1_000_000 : 100_000));
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const AT_ONCE = 500;
const PIECES = [
  '.',
  '..',
  '=',
  '\u0000',
  '\n',
  '{',
  'e30',
  'bnVsbA',
  '\ud800',
  '안',
  '%',
  b64({ alg: 'none' }),
];
const VALUES = [null, 0, -1, 1e300, '', 'x', [], {}, true, '__proto__', '\ud800', { a: [] }, 'HS256', 'hs'];
const NAMES = [
  'alg',
  'kid',
  'crit',
  'typ',
  'b64',
  'jwk',
  'sub',
  'exp',
  'nbf',
  'aud',
  'parley',
  'video',
  '__proto__',
];

/** Made of a good token: bytes flipped, pieces cut, doubled or put in, or parts that are other JSON. */
function mutate(good: string, below: (bound: number) => number): string {
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const at = below(good.length);
  switch (below(6)) {
    case 0:
      return good.slice(0, at) + String.fromCharCode(below(128)) + good.slice(at + 1);
    case 1:
      return good.slice(0, at) + pick(PIECES) + good.slice(at);
    case 2:
      return good.slice(0, at) + good.slice(at + below(good.length));
    case 3:
      return Array.from({ length: below(40) }, () => String.fromCharCode(below(65_536))).join('');
    case 4:
      return `${b64({ alg: 'HS256', kid: 'hs', [pick(NAMES)]: pick(VALUES) })}.${good.split('.').slice(1).join('.')}`;
    default:
      return [pick(VALUES), pick(VALUES), pick(VALUES)].map((value) => b64(JSON.stringify(value))).join('.');
  }
}

test(
  `X12 ${RUNS} broken tokens (seed ${SEED}): a TokenError each, never another error, never accepted`,
  { timeout: 3_600_000 },
  async () => {
    const verifier = await createTokenVerifier({
      keys: [{ kid: 'hs', app: 'default', alg: 'HS256', secret: SECRET }],
      clock,
    });
    const good = await sign(GOOD);
    const below = seeded(SEED);
    const judge = async (token: string): Promise<void> => {
      const result: unknown = await verifier.verify(token).catch((error: unknown) => error);
      if (token === good || (result instanceof TokenError && result.code === 'token_invalid')) return;
      // Base64url leaves the last bits of a signature unused: another spelling of the same bytes is the same token.
      const same = good.slice(0, -1) === token.slice(0, -1) && token.length === good.length;
      if (!same)
        expect.fail(
          `seed ${SEED}, put it into token-corpus.json: ${JSON.stringify(token)} gave ${String(result)}`,
        );
    };
    await Promise.all([...corpus, 'x'.repeat(MAX_TOKEN_BYTES + 1)].map(judge));
    for (let done = 0; done < RUNS; done += AT_ONCE) {
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, RUNS - done) }, () => judge(mutate(good, below))),
      );
    }
  },
);
