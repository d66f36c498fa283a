import fc from 'fast-check';
import { expect, test } from 'vitest';

import { nextEpoch } from '../src/room/epoch.js';
import { expired, trackAway } from '../src/room/expiry.js';
import type { AwayTable } from '../src/room/expiry.js';
import { commitAll, joinOf, roomWith } from './support/rooms-of.js';

const NONE: AwayTable = new Map();
const lose = (id: string, n = 1) => ({ do: 'disconnected', gateway: 'g_1', members: [{ id, n }] }) as const;

test('I8 an epoch is above the loaded one, all that was seen, and all of the time before', () => {
  const sources = fc.record({
    state: fc.integer({ min: 0, max: 2 ** 50 }),
    highestSeen: fc.integer({ min: 0, max: 2 ** 50 }),
    wallMs: fc.integer({ min: 0, max: Date.UTC(2042, 0, 1) }),
  });
  fc.assert(
    fc.property(sources, fc.nat({ max: 16_383 }), (from, random) => {
      const epoch = nextEpoch(from, () => random);
      expect(epoch).toBeGreaterThan(Math.max(from.state, from.highestSeen));
      expect(epoch).toBeGreaterThan((from.wallMs - Date.UTC(2026, 0, 1)) * 16_384);
      expect(Number.isSafeInteger(epoch)).toBe(true);
    }),
  );
});

test('the window counts from when this owner first knew, and n names whom it is about', () => {
  const online = roomWith('a', 'b');
  const away = commitAll(online, lose('p_a')).state;
  const first = trackAway(NONE, { before: online, after: away, now: 1_000 });
  const same = trackAway(first, { before: away, after: commitAll(away, joinOf('c')).state, now: 9_000 });
  expect(expired(same, 15_999, 15_000)).toEqual([]);
  expect(expired(same, 16_000, 15_000)).toEqual([{ id: 'p_a', n: 1 }]);
  const back = commitAll(away, joinOf('a', { n: 2 })).state;
  expect(trackAway(same, { before: away, after: back, now: 16_000 }).size).toBe(0);
  const again = trackAway(same, { before: away, after: commitAll(back, lose('p_a', 2)).state, now: 17_000 });
  expect([...again.values()]).toEqual([{ id: 'p_a', n: 2, since: 17_000 }]);
});

test('F1 who was online at a lost gateway counts from its last heartbeat; who was loaded as away, from the load', () => {
  const online = roomWith('a', 'b');
  const away = commitAll(online, lose('p_a')).state;
  const lastHeard = new Map([['g_1', 400]]);
  expect(trackAway(NONE, { before: online, after: away, now: 4_000, lastHeard }).get('p_a')?.since).toBe(400);
  expect(trackAway(NONE, { after: away, now: 4_000, lastHeard }).get('p_a')?.since).toBe(4_000);
});
