import fc from 'fast-check';
import { FLIGHT_OUTCOMES, FLIGHT_SIGNALS, FLIGHT_WHATS } from '@parley/protocol/internal';
import type { RecordingsReply } from '@parley/protocol/internal';
import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/build-timeline.js';
import type { FlightEvent } from '../../src/timeline/flight-log.js';
import { readRecordings } from '../../src/timeline/read-recordings.js';
import { VERDICTS, wordsOf } from '../../src/timeline/verdicts.js';
import { scene } from './scene.js';

const time = fc.oneof(fc.integer({ min: -1e4, max: 1e4 }), fc.double());
const id = fc.constantFrom('a', 'b', 'c', 'd', 'constructor', '__proto__', '');
const event: fc.Arbitrary<FlightEvent> = fc.record(
  {
    ...{ at: time, order: fc.nat(9), gateway: id, participant: id, peer: id, via: id, bytes: fc.nat(9) },
    ...{ what: fc.constantFrom(...FLIGHT_WHATS), signal: fc.constantFrom(...FLIGHT_SIGNALS) },
    outcome: fc.constantFrom(...FLIGHT_OUTCOMES),
    link: fc.tuple(fc.nat(3), fc.nat(5), fc.nat(5)),
  },
  { requiredKeys: ['at', 'order', 'gateway', 'participant', 'what', 'signal', 'outcome', 'bytes'] },
);
const log = fc.record({
  ...{ now: time, uncertaintyMs: time, events: fc.array(event, { maxLength: 60 }) },
  participants: fc.array(fc.record({ id, name: fc.string(), hidden: fc.boolean(), lost: fc.nat(2) }), {
    maxLength: 4,
  }),
  silent: fc.array(id).map((ids) => new Set(ids)),
});

test('whatever was recorded, each pair gets a verdict in words, and there are never more than are asked for', () => {
  fc.assert(
    fc.property(log, fc.nat(6), fc.option(id, { nil: undefined }), (given, most, of) => {
      const { pairs, participants, more } = buildTimeline(given, { most, ...(of !== undefined && { of }) });
      expect(pairs.length).toBeLessThanOrEqual(most);
      const there = participants.length;
      const all = of === undefined ? (there * Math.max(0, there - 1)) / 2 : Math.max(0, there - 1);
      expect(pairs.length + more).toBe(all);
      for (const { between, verdicts, steps } of pairs) {
        if (of !== undefined) expect(between).toContain(of);
        expect(verdicts.length).toBeGreaterThan(0);
        expect(steps.length).toBeLessThanOrEqual(6);
        for (const verdict of verdicts) {
          expect(Object.keys(VERDICTS)).toContain(verdict.code);
          expect(wordsOf(verdict, (who) => who)).not.toBe('');
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('X5 X6 nobody hears of pairs of others, nor of who is hidden or unknown', () => {
  const { log: logOf } = scene().both().tell(5, 'cy', 'joined').tell(6, 'ann', 'received', { peer: 'eve' });
  const given = logOf(9_000);
  const cy = { id: 'cy', name: 'Cy', hidden: true, lost: 0 };
  const { pairs } = buildTimeline({ ...given, participants: [...given.participants, cy] }, { of: 'ann' });
  expect(pairs.map(({ between }) => [...between].sort())).toEqual([['ann', 'bo']]);
  expect(buildTimeline(given, { of: 'nobody' }).pairs).toEqual([]);
  expect(buildTimeline(given).pairs.length).toBe(6);
});

test('rows of another version, and what is no reply at all, are left out', () => {
  const good = [10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const recording = {
    participant: 'p_1',
    keyHash: 'h',
    peers: [],
    rows: [good, [10, 1, 99], 'x', null, good.slice(1)],
  };
  const reply = { type: 'recordings', gateways: 3, recordings: [recording, 7, null, {}] } as unknown;
  const read = readRecordings('g_1', reply as RecordingsReply, 5);
  expect(read.events).toMatchObject([{ at: 15, participant: 'p_1', what: 'joined', gateway: 'g_1' }]);
  expect(read.participants).toHaveLength(1);
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (anything) => {
      const list = { type: 'recordings', recordings: anything, gateways: anything } as RecordingsReply;
      expect(() => readRecordings('g_1', list, 0)).not.toThrow();
    }),
    { numRuns: 200 },
  );
});
