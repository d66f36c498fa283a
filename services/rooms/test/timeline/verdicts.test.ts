import { describe, expect, test } from 'vitest';
import type { FlightLog } from '../../src/timeline/flight-log.js';
import { VERDICTS, wordsOf } from '../../src/timeline/verdicts.js';
import type { VerdictCode } from '../../src/timeline/verdicts.js';
import { scene } from './scene.js';
import type { Scene } from './scene.js';

/** A whole exchange, Ann's the offer. */
const call = (ice?: 'relay' | 'no-relay' | 'unavailable'): Scene =>
  scene()
    .both(ice)
    .carry(100, 'ann', 'offer', [1, 1, 0])
    .carry(150, 'bo', 'answer', [1, 1, 1])
    .carry(180, 'ann', 'candidates', [1, 2, 1])
    .carry(200, 'bo', 'candidates', [1, 2, 2])
    .carry(260, 'ann', 'ack', [1, 0, 2]);

/** The offer has reached Bo's page. */
const offered = (): Scene =>
  scene().both().carry(100, 'ann', 'offer', [1, 1, 0]).carry(350, 'bo', 'ack', [1, 0, 1]);

/** Ann's offer comes to this at her gateway. */
const turnedBack = (
  outcome: 'rate' | 'size' | 'forbidden' | 'outdated' | 'away' | 'wait' | 'unreachable',
): Scene =>
  scene()
    .both()
    .send(100, 'ann', 'offer', { outcome, link: [1, 1, 0] });

/** Ann's offer goes to Bo's gateway, and nothing is heard of it there. */
const vanished = (): Scene =>
  scene()
    .both()
    .send(100, 'ann', 'offer', { outcome: 'forwarded', via: 'g_2', link: [1, 1, 0] });

/** Ann's first offer comes to nothing, the second one arrives two seconds later, and all goes well. */
const late = (failure: 'away' | 'rate', via?: string): Scene =>
  call()
    .send(-1_900, 'ann', 'offer', {
      outcome: via === undefined ? failure : 'forwarded',
      link: [1, 1, 0],
      ...(via && { via }),
    })
    .tell(-2_000, 'ann', 'joined')
    .tell(-2_000, 'bo', 'joined');

const CASES: readonly (readonly [VerdictCode, string, Scene, Partial<FlightLog>?])[] = [
  ['connected', 'a browser says so', call().tell(9_000, 'bo', 'connected', { peer: 'ann', bytes: 700 })],
  ['complete', 'all arrived, nobody says more', call()],
  [
    'complete',
    'both left after it',
    call().tell(5_000, 'ann', 'ended', { outcome: 'left' }).tell(5_100, 'bo', 'lost'),
  ],
  [
    'complete',
    'no candidates of either, as they are in the descriptions',
    offered().carry(400, 'bo', 'answer', [1, 1, 1]).carry(500, 'ann', 'ack', [1, 0, 1]),
  ],
  [
    'complete',
    'an offer given up for the other one',
    call().send(120, 'bo', 'offer', { outcome: 'delivered', link: [1, 3, 0] }),
  ],
  [
    'complete',
    'the gateway that Bo has left notices that late',
    call()
      .tell(300, 'bo', 'resumed', { gateway: 'g_7' })
      .tell(310, 'bo', 'lost')
      .carry(320, 'ann', 'offer', [1, 3, 2])
      .carry(330, 'bo', 'answer', [1, 3, 3])
      .carry(340, 'ann', 'ack', [1, 0, 3]),
  ],
  ['complete-no-relay', 'no TURN', call('no-relay')],
  ['complete-no-credentials', 'the credentials service is down', call('unavailable')],
  ['failed', 'with a relay', call().tell(15_000, 'ann', 'failed', { peer: 'bo' })],
  ['failed-no-relay', 'without one', call('no-relay').tell(15_000, 'ann', 'failed', { peer: 'bo' })],
  [
    'no-candidates',
    'only Ann sends some',
    offered()
      .carry(400, 'bo', 'answer', [1, 1, 1])
      .carry(450, 'ann', 'candidates', [1, 2, 1])
      .carry(500, 'bo', 'ack', [1, 0, 2]),
  ],
  [
    'never-met',
    'Ann left before Bo came',
    scene().tell(0, 'ann', 'joined').tell(9, 'ann', 'ended', { outcome: 'left' }).tell(20, 'bo', 'joined'),
  ],
  ['no-offer', 'both just sit there', scene().both()],
  ['offer-not-answered', 'the page has it', offered()],
  [
    'collision',
    'both offer, nobody answers',
    offered().carry(110, 'bo', 'offer', [1, 1, 0]).carry(300, 'ann', 'ack', [1, 0, 1]),
  ],
  ['not-acknowledged', 'the page is frozen', scene().both().carry(100, 'ann', 'offer', [1, 1, 0])],
  ['not-acknowledged', 'the answer was not taken in', offered().carry(400, 'bo', 'answer', [1, 1, 1])],
  [
    'away',
    'Bo has lost his connection',
    scene()
      .both()
      .tell(50, 'bo', 'lost')
      .send(100, 'ann', 'offer', { outcome: 'away', link: [1, 1, 0] }),
  ],
  [
    'away',
    'he loses it with the offer under way',
    scene().both().carry(100, 'ann', 'offer', [1, 1, 0]).tell(110, 'bo', 'lost'),
  ],
  ['away', 'nobody offers, as one is gone', scene().both().tell(1_000, 'bo', 'lost')],
  ['gateway-died', 'the offer went to a dead gateway', vanished(), { silent: new Set(['g_2']) }],
  [
    'gateway-died',
    'and was nacked for it',
    vanished().tell(150, 'ann', 'nacked', { peer: 'bo', link: [1, 1, 0], outcome: 'unreachable' }),
    { silent: new Set(['g_2']) },
  ],
  ['not-delivered', 'the bus lost the offer', vanished()],
  [
    'not-delivered',
    'the bus lost a candidate',
    call().send(300, 'ann', 'candidates', { outcome: 'forwarded', via: 'g_2', link: [1, 3, 2] }),
  ],
  ['not-delivered', 'the bus is down', turnedBack('unreachable')],
  ['not-known-yet', 'the copy is behind', turnedBack('wait')],
  ['too-fast', 'the rate', turnedBack('rate')],
  ['too-large', 'the size', turnedBack('size')],
  ['forbidden', 'the offer', turnedBack('forbidden')],
  ['forbidden', 'the answer', offered().send(400, 'bo', 'answer', { outcome: 'forbidden' })],
  ['replaced', 'an older connection offers', turnedBack('outdated')],
  ['left', 'Bo left with the offer under way', offered().tell(1_000, 'bo', 'ended', { outcome: 'left' })],
  ['left', 'the caller left', offered().tell(1_000, 'ann', 'ended', { outcome: 'expired' })],
  ['left', 'before any offer', scene().both().tell(900, 'ann', 'ended', { outcome: 'left' })],
  ['hung-up', 'with a bye', call().carry(4_000, 'bo', 'bye', [1, 3, 2])],
  [
    'gateway-silent',
    'who recorded Bo does not answer',
    scene()
      .tell(0, 'ann', 'joined')
      .tell(1, 'ann', 'received', { peer: 'bo', outcome: 'delivered', signal: 'ack', link: [1, 0, 0] }),
    { silent: new Set(['g_2']) },
  ],
  [
    'overwritten',
    'Ann talks to many',
    scene().both(),
    { participants: [{ id: 'ann', name: 'Ann', hidden: false, lost: 7 }] },
  ],
  ['late-gateway', 'a gateway died in between', late('away', 'g_9'), { silent: new Set(['g_9']) }],
  ['late-away', 'he was away at first', late('away')],
  ['late-lost', 'the rate held it up', late('rate')],
];

test.each(CASES.map(([code, why, { verdicts }, more]) => ({ code, why, found: verdicts(20_000, more) })))(
  'the verdict is $code: $why',
  ({ code, found }) => {
    expect(code.startsWith('late-') ? found.slice(1) : found).toEqual([code]);
  },
);

describe('what has not happened yet is no fault', () => {
  test.each([
    ['nobody has offered', scene().both(), 1_900],
    ['the offer is under way', vanished(), 1_000],
    ['the answer is awaited', offered(), 1_500],
    [
      'candidates of one are awaited',
      offered().carry(400, 'bo', 'answer', [1, 1, 1]).carry(450, 'ann', 'candidates', [1, 2, 1]),
      1_000,
    ],
  ] as const)('in-progress: %s', (_why, { verdicts }, now) => {
    expect(verdicts(now)).toEqual(['in-progress']);
  });
});

test('every verdict has a case, and words in which every slot is filled', () => {
  const values = { from: 'p_1', to: 'p_2', who: 'p_1', gateway: 'g_1', signal: 'offer', ms: 5, times: 2 };
  const covered = new Set<string>([...CASES.map(([code]) => code), 'in-progress']);
  for (const code of Object.keys(VERDICTS) as VerdictCode[]) {
    expect(covered, code).toContain(code);
    expect(wordsOf({ code, values }, () => 'Ann {to}')).not.toMatch(
      /\{(from|who|gateway|signal|ms|times)\}|\?/,
    );
  }
  expect(covered.size).toBeGreaterThan(20);
});
