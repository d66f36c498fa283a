import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import type { SeededRandom } from '@parley/testkit';
import { connect, QUICK } from './two-ends.js';
import type { End, Faults } from './two-ends.js';

const networks = fc.record({
  loss: fc.double({ min: 0, max: 0.6, noNaN: true }),
  duplicate: fc.double({ min: 0, max: 0.5, noNaN: true }),
  maxDelayMs: fc.nat(2_000),
});

/** What either end hears of the outside: all of it hints, none of it needed. */
function hint(end: End, random: SeededRandom): void {
  const hints = [
    () => end.link.bound(),
    () => end.link.presence(random.pick(['away', 'online'])),
    () => end.link.nacked([1, 1 + random.below(40), 0], random.chance(0.5) ? random.below(500) : undefined),
    () => end.link.wake(),
  ];
  random.pick(hints)();
}

test('[LINK-5] a prefix of what was sent, each once, in order; and all of it once both stay connected', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), networks, fc.integer({ min: 1, max: 200 }), async (seed, faults, count) => {
      const clock = createVirtualClock();
      const random = createSeededRandom(seed);
      let now: Faults = faults;
      const ends = connect(clock, random, () => now);
      const sent: [string[], string[]] = [[], []];
      for (let i = 0; i < count; i += 1) {
        const from = random.below(2) as 0 | 1;
        clock.after(random.below(20_000), () => {
          const payload = `${from} ${sent[from].length}`;
          if (ends[from].link.send({ payload }) === 'queued') sent[from].push(payload);
        });
        if (i % 7 === 0) clock.after(random.below(20_000), () => hint(ends[from], random));
      }
      await clock.advance(20_000);
      for (const from of [0, 1] as const) {
        const { got } = ends[1 - from]!;
        expect(got).toEqual(sent[from].slice(0, got.length));
      }
      now = { loss: 0, duplicate: 0, maxDelayMs: 50 };
      for (const end of ends) end.link.presence('online');
      await clock.advance(30_000);
      expect([ends[1].got, ends[0].got]).toEqual(sent);
      expect(ends[0].link.pending + ends[1].link.pending).toBe(0);
      // Nothing more is said, and no timer runs, once all is acknowledged.
      const frames = ends[0].frames.length + ends[1].frames.length;
      await clock.advance(100_000);
      expect(ends[0].frames.length + ends[1].frames.length).toBe(frames);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('[LINK-9] restarts by either end, at any time: both come to the same generation, and what is sent after it arrives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), networks, fc.integer({ min: 1, max: 5 }), async (seed, faults, restarts) => {
      const clock = createVirtualClock();
      const random = createSeededRandom(seed);
      let now: Faults = faults;
      const ends = connect(clock, random, () => now);
      for (let i = 0; i < restarts; i += 1) {
        clock.after(random.below(5_000), () => random.pick(ends).link.restart());
      }
      for (let i = 0; i < 40; i += 1) {
        clock.after(random.below(5_000), () => random.pick(ends).link.send({ payload: `old${i}` }));
      }
      await clock.advance(5_000);
      now = QUICK;
      await clock.advance(60_000);
      const gens = ends.map(({ frames }) => frames.at(-1)!.header[0]);
      expect(gens[0]).toBe(gens[1]);
      for (const end of ends) end.got.length = 0;
      for (let i = 0; i < 10; i += 1) for (const end of ends) end.link.send({ payload: `new${i}` });
      await clock.advance(30_000);
      const all = Array.from({ length: 10 }, (_, i) => `new${i}`);
      expect(ends.map(({ got }) => got)).toEqual([all, all]);
      expect(ends[0].link.pending + ends[1].link.pending).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('[LINK-9] one restart is one reset, whose first message is empty and resent until it is adopted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const clock = createVirtualClock();
      const random = createSeededRandom(seed);
      const [a, b] = connect(clock, random, () => ({ loss: 0.3, duplicate: 0.1, maxDelayMs: 300 }));
      for (let i = 0; i < 10; i += 1) {
        a.link.send({ payload: `old${i}` });
        b.link.send({ payload: `old${i}` });
      }
      await clock.advance(random.below(3_000));
      a.link.restart();
      a.got.length = 0;
      for (let i = 0; i < 10; i += 1) a.link.send({ payload: `new${i}` });
      await clock.advance(120_000);
      expect([a.resets, b.resets]).toEqual([0, 1]);
      expect(b.got).toEqual(['', ...Array.from({ length: 10 }, (_, i) => `new${i}`)]);
      expect(a.link.pending).toBe(0);
    }),
    { numRuns: 60 },
  );
});
