import { isIP } from 'node:net';

import { expect, test } from 'vitest';

import { addressPrefix, isLoopback } from '../../src/address/address-prefix.js';
import { clientAddress } from '../../src/address/client-address.js';
import { parseTrustedProxies } from '../../src/address/trusted-proxies.js';
import corpus from './address-corpus.json' with { type: 'json' };

const RUNS = Number(process.env['FUZZ_RUNS'] ?? (process.env['CI'] === 'true' ? 1_000_000 : 100_000));
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const PIECES = [
  '0',
  '1',
  '255',
  '256',
  '01',
  '10',
  'ffff',
  'F',
  ':',
  '::',
  '.',
  ',',
  ', ',
  ';',
  '=',
  '"',
  '\\',
  '[',
  ']',
  '%',
  '/',
  '-',
  'for',
  'for=',
  'for="',
  'proto=http',
  '10.0.0.1',
  '192.0.2.1',
  '::ffff:1.2.3.4',
  '2001:db8::1',
  'unknown',
  ' ',
  '\u0000',
  '안',
];

function seeded(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

test(
  `X12 ${RUNS} addresses and headers (seed ${SEED}): always an address, never a throw`,
  { timeout: 3_600_000 },
  () => {
    const trusted = parseTrustedProxies('10.0.0.0/8') ?? [];
    const below = seeded(SEED);
    const judge = (text: string): void => {
      const told = [
        clientAddress('10.0.0.9', new Map([['x-forwarded-for', text]]), trusted),
        clientAddress('10.0.0.9', new Map([['forwarded', text]]), trusted),
      ];
      const prefix = addressPrefix(text);
      isLoopback(text);
      parseTrustedProxies(text);
      const fine =
        told.every((address) => isIP(address) !== 0) && (prefix === 'unknown' || /\/(32|64)$/.test(prefix));
      if (!fine)
        expect.fail(
          `seed ${SEED}, put it into address-corpus.json: ${JSON.stringify(text)} gave ${String(told)} ${prefix}`,
        );
    };
    for (const text of corpus) judge(text);
    for (let done = 0; done < RUNS; done += 1) {
      judge(Array.from({ length: below(12) }, () => PIECES[below(PIECES.length)]).join(''));
    }
  },
);
