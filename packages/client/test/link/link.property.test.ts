import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLink } from '../../src/index.js';
import type { Link } from '../../src/index.js';
import type { LinkHeader } from '@parley/protocol';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import type { SeededRandom, VirtualClock } from '@parley/testkit';

interface Faults {
  readonly loss: number;
  readonly duplicate: number;
  readonly maxDelayMs: number;
}

interface End {
  readonly link: Link;
  readonly got: string[];
  resets: number;
}

/** Two ends over a network that loses, duplicates and reorders. */
function connect(clock: VirtualClock, random: SeededRandom, faults: () => Faults): [End, End] {
  const ends: End[] = [];
  const make = (index: number): End => {
    let cancel = (): void => undefined;
    const carry = (header: LinkHeader, message?: { payload: string }): void => {
      const { loss, duplicate, maxDelayMs } = faults();
      const copies = random.chance(loss) ? 0 : random.chance(duplicate) ? 2 : 1;
      for (let i = 0; i < copies; i += 1) {
        clock.after(random.below(maxDelayMs + 1), () => ends[1 - index]!.link.receive(header, message));
      }
    };
    const end: End = {
      got: [],
      resets: 0,
      link: createLink({
        now: clock.now,
        random: random.fraction,
        transmit: carry,
        deliver: (message) => end.got.push(message.payload),
        reset: () => {
          end.resets += 1;
          end.got.length = 0;
        },
        fault: () => undefined,
        stalled: () => undefined,
        wakeAt: (time) => {
          cancel();
          if (time !== undefined) cancel = clock.after(time - clock.now(), () => end.link.wake());
        },
      }),
    };
    return end;
  };
  ends.push(make(0), make(1));
  return ends as [End, End];
}

test('what is delivered is a prefix of what was sent, and all of it once the network heals', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.record({
        loss: fc.double({ min: 0, max: 0.6, noNaN: true }),
        duplicate: fc.constant(0.2),
        maxDelayMs: fc.nat(2_000),
      }),
      fc.integer({ min: 1, max: 120 }),
      async (seed, faults, count) => {
        const clock = createVirtualClock();
        const random = createSeededRandom(seed);
        let now: Faults = faults;
        const [a, b] = connect(clock, random, () => now);
        const sent = { a: [] as string[], b: [] as string[] };
        for (let i = 0; i < count; i += 1) {
          clock.after(random.below(20_000), () => {
            const payload = `a${sent.a.length}`;
            if (a.link.send({ payload }) === 'queued') sent.a.push(payload);
          });
          clock.after(random.below(20_000), () => {
            const payload = `b${sent.b.length}`;
            if (b.link.send({ payload }) === 'queued') sent.b.push(payload);
          });
        }
        await clock.advance(20_000);
        expect(b.got).toEqual(sent.a.slice(0, b.got.length));
        expect(a.got).toEqual(sent.b.slice(0, a.got.length));
        now = { loss: 0, duplicate: 0, maxDelayMs: 50 };
        await clock.advance(30_000);
        expect(b.got).toEqual(sent.a);
        expect(a.got).toEqual(sent.b);
        expect(a.link.pending + b.link.pending).toBe(0);
      },
    ),
    { numRuns: 40 },
  );
});

test('a restart resets the other side, and what is sent after it arrives', async () => {
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
      expect(b.resets).toBe(1);
      expect(b.got).toEqual(['', ...Array.from({ length: 10 }, (_, i) => `new${i}`)]);
      expect(a.link.pending).toBe(0);
    }),
    { numRuns: 40 },
  );
});

test('a full queue refuses and loses nothing; nothing new is sent to a peer that is away', async () => {
  const clock = createVirtualClock();
  const random = createSeededRandom(1);
  let frames = 0;
  let lost = true;
  const [a, b] = connect(clock, random, () => {
    frames += 1;
    return { loss: lost ? 1 : 0, duplicate: 0, maxDelayMs: 10 };
  });
  for (let i = 0; i < 256; i += 1) expect(a.link.send({ payload: String(i) })).toBe('queued');
  expect(a.link.send({ payload: 'one more' })).toBe('full');
  expect(frames).toBe(32);
  a.link.presence('away');
  await clock.advance(16_000);
  expect(frames).toBe(34);
  lost = false;
  a.link.presence('online');
  await clock.advance(10_000);
  expect(b.got).toEqual(Array.from({ length: 256 }, (_, i) => String(i)));
});
