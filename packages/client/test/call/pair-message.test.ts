import { expect, test } from 'vitest';
import { decodePairMessage, encodePairMessage } from '../../src/call/pair-message.js';
import type { PairMessage } from '../../src/call/pair-message.js';

const messages: PairMessage[] = [
  { kind: 'offer', session: 1, negotiation: 1, sdp: 'v=0', sources: [['0', 'camera']] },
  { kind: 'answer', session: 2, negotiation: 3, sdp: 'v=0', sources: [] },
  { kind: 'candidates', session: 1, candidates: [{ candidate: '', usernameFragment: 'u' }] },
  { kind: 'ask', session: 1, media: ['audio', 'video'] },
  { kind: 'bye', session: 9 },
  { kind: 'resume', ask: true, pairs: [['a', 'b']] },
];

test('every message comes back from the link as it was', () => {
  for (const message of messages) expect(decodePairMessage(encodePairMessage(message))).toEqual(message);
});

test('what makes no sense is nobody of ours, and never throws', () => {
  const bad: [string | undefined, unknown][] = [
    ['signal', { session: 1 }],
    [undefined, {}],
    ['bye', {}],
    ['bye', { session: -1 }],
    ['bye', null],
    ['bye', { session: 1e300 }],
    ['offer', { session: 1, negotiation: 1, sources: [] }],
    ['offer', { session: 1, negotiation: 0, sdp: '', sources: [] }],
    ['offer', { session: 1, negotiation: 1, sdp: '', sources: [[1, 2]] }],
    ['offer', { session: 1, negotiation: 1, sdp: '', sources: { every: 1 } }],
    ['answer', { session: 1, negotiation: 1, sdp: 1, sources: [] }],
    ['candidates', { session: 1, candidates: [null] }],
    ['candidates', { session: 1, candidates: [{}] }],
    ['candidates', { session: 1 }],
    ['ask', { session: 1 }],
    ['ask', { session: 1, media: [1] }],
    ['ask', { media: ['audio'] }],
    ['resume', { pairs: 'x' }],
  ];
  for (const [kind, payload] of bad) {
    const message = { payload: JSON.stringify(payload), ...(kind !== undefined && { kind }) };
    expect(decodePairMessage(message), JSON.stringify([kind, payload])).toBeUndefined();
  }
  expect(decodePairMessage({ kind: 'offer', payload: '{' })).toBeUndefined();
});
