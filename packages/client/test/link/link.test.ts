import { expect, test } from 'vitest';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import { connect, QUICK } from './two-ends.js';
import type { End, Faults } from './two-ends.js';

const LOST: Faults = { loss: 1, duplicate: 0, maxDelayMs: 0 };

function world(first: Faults = QUICK) {
  const clock = createVirtualClock();
  let faults = first;
  const [a, b] = connect(clock, createSeededRandom(1), () => faults);
  return { clock, a, b, network: (now: Faults) => (faults = now) };
}

const headers = ({ frames }: End) => frames.map(({ header }) => header);
const times = ({ frames }: End) => frames.map(({ at }) => at);
const texts = (count: number) => Array.from({ length: count }, (_, i) => String(i));

test('[LINK-1] 32 in flight, 256 or 1 MiB in the queue', async () => {
  const { clock, a, b, network } = world(LOST);
  for (const payload of texts(256)) expect(a.link.send({ payload })).toBe('queued');
  expect(a.link.send({ payload: 'one more' })).toBe('full');
  expect(headers(a)).toEqual(texts(32).map((i) => [1, Number(i) + 1, 0]));
  network(QUICK);
  await clock.advance(3_000);
  expect(b.got).toEqual(texts(256));
  network(LOST);
  const half = 'é'.repeat(1 << 18);
  expect(a.link.send({ payload: half })).toBe('queued');
  expect(a.link.send({ payload: half })).toBe('queued');
  expect(a.link.send({ payload: 'x' })).toBe('full');
});

test('[LINK-2] every frame carries an acknowledgement and takes the place of a due one', async () => {
  const { clock, a, b } = world();
  a.link.send({ payload: 'x' });
  await clock.advance(100);
  b.link.send({ payload: 'y' });
  await clock.advance(1_000);
  expect(headers(b)).toEqual([[1, 1, 1]]);
  expect(headers(a)).toEqual([
    [1, 1, 0],
    [1, 0, 1],
  ]);
});

test('[LINK-3] an old generation is dropped and answered; a newer one resets, and its frame is taken', async () => {
  const { clock, a, b } = world(LOST);
  b.link.restart();
  b.frames.length = 0;
  b.link.receive([1, 1, 0], { payload: 'old' });
  expect(b.got).toEqual([]);
  expect(headers(b)).toEqual([[2, 0, 0]]);
  a.link.send({ payload: 'queued' });
  a.link.receive([5, 1, 0], { payload: 'new' });
  expect([a.resets, a.got, a.link.pending]).toEqual([1, ['new'], 0]);
  await clock.advance(300);
  expect(headers(a).at(-1)).toEqual([5, 0, 1]);
});

test('[LINK-4] an acknowledgement of what was never sent: the frame is ignored', () => {
  const { a } = world(LOST);
  a.link.send({ payload: 'x' });
  a.link.receive([1, 1, 2], { payload: 'y' });
  expect([a.got, a.link.pending]).toEqual([[], 1]);
  a.link.receive([1, 1, 1], { payload: 'y' });
  expect([a.got, a.link.pending]).toEqual([['y'], 0]);
});

test('[LINK-4] an acknowledgement alone that does not advance: resent, at most each 300 ms', async () => {
  const { clock, a } = world(LOST);
  a.link.send({ payload: 'x' });
  for (let i = 0; i < 12; i += 1) {
    a.link.receive([1, 0, 0], undefined);
    await clock.advance(100);
  }
  const resends = times(a).slice(1);
  expect(resends.length).toBeGreaterThanOrEqual(3);
  resends.slice(1).forEach((at, i) => expect(at - resends[i]!).toBeGreaterThanOrEqual(300));
});

test('[LINK-5] in order whatever the order of arrival; nothing beyond the window is kept', () => {
  const { b } = world(LOST);
  b.link.receive([1, 33, 0], { payload: 'too far' });
  for (const seq of [3, 2, 32, 2]) b.link.receive([1, seq, 0], { payload: String(seq) });
  expect(b.got).toEqual([]);
  b.link.receive([1, 1, 0], { payload: '1' });
  b.link.receive([1, 1, 0], { payload: '1' });
  expect(b.got).toEqual(['1', '2', '3']);
});

test('[LINK-5] a message counts once the application has had it, also if it throws', async () => {
  const { clock, a, b } = world();
  b.onMessage = ({ payload }) => {
    b.link.send({ payload: `about ${payload}` });
    if (payload === 'x') throw new Error('of the application');
  };
  a.link.send({ payload: 'x' });
  a.link.send({ payload: 'y' });
  await clock.advance(1_000);
  expect(headers(b).slice(0, 2)).toEqual([
    [1, 1, 0],
    [1, 2, 1],
  ]);
  expect(b.faults.length).toBe(1);
  expect([b.got, a.got]).toEqual([
    ['x', 'y'],
    ['about x', 'about y'],
  ]);
  expect(a.link.pending + b.link.pending).toBe(0);
});

test('[LINK-5] what the application does while it is told harms no number', async () => {
  const { clock, a, b } = world();
  b.onMessage = ({ payload }) => {
    if (payload === 'restart') b.link.restart();
  };
  for (const payload of ['1', 'restart', '2']) a.link.send({ payload });
  await clock.advance(5_000);
  a.link.send({ payload: 'after' });
  await clock.advance(5_000);
  expect(a.resets).toBe(1);
  expect(b.got.at(-1)).toBe('after');
  b.onMessage = ({ payload }) => void (payload === 'leave' && b.link.left());
  a.link.send({ payload: 'leave' });
  await clock.advance(10);
  b.link.receive([headers(b).at(-1)![0], 1, 0], { payload: 'first of another life' });
  expect(b.got.at(-1)).toBe('first of another life');
});

test('[LINK-6] acknowledged after 250 ms or 8 deliveries; at once, but at most each 100 ms, when something is amiss', async () => {
  const { clock, a, b } = world();
  for (const payload of texts(3)) a.link.send({ payload });
  await clock.advance(249);
  expect(b.frames).toEqual([]);
  await clock.advance(1);
  expect(headers(b)).toEqual([[1, 0, 3]]);
  for (const payload of texts(8)) a.link.send({ payload });
  await clock.advance(0);
  expect(headers(b).at(-1)).toEqual([1, 0, 11]);
  await clock.advance(1_000);
  b.frames.length = 0;
  for (let i = 0; i < 20; i += 1) {
    b.link.receive([1, 30, 0], { payload: 'gap' });
    b.link.receive([1, 1, 0], { payload: 'duplicate' });
    b.link.receive([0, 1, 0], { payload: 'old' });
    await clock.advance(20);
  }
  const gaps = times(b).map((at, i) => at - (times(b)[i - 1] ?? -Infinity));
  expect(b.frames.length).toBeGreaterThanOrEqual(4);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
});

test('[LINK-7] the timer: 1.5 s, doubling to 8 s, each within 20 %; none when nothing is owed', async () => {
  const { clock, a, network } = world(LOST);
  expect(clock.pending).toBe(0);
  a.link.send({ payload: 'x' });
  await clock.advance(60_000);
  const gaps = times(a)
    .slice(1)
    .map((at, i) => at - times(a)[i]!);
  [1_500, 3_000, 6_000, 8_000, 8_000, 8_000].forEach((rto, i) => {
    expect(gaps[i]).toBeGreaterThanOrEqual(rto * 0.8);
    expect(gaps[i]).toBeLessThanOrEqual(rto * 1.2);
  });
  network(QUICK);
  await clock.advance(12_000);
  expect([a.link.pending, clock.pending]).toEqual([0, 0]);
});

test('[LINK-8] at once after a bind, when the peer is online again, and after a nack’s time', async () => {
  const { clock, a } = world(LOST);
  a.link.send({ payload: 'x' });
  await clock.advance(10);
  a.link.bound();
  await clock.advance(10);
  a.link.presence('online');
  await clock.advance(10);
  a.link.nacked([1, 1, 0]);
  await clock.advance(200);
  expect(times(a)).toEqual([0, 10, 20, 130]);
  // Without any progress each nack waits twice as long as the one before: an unreachable gateway is not hammered.
  a.frames.length = 0;
  for (let i = 0; i < 100; i += 1) {
    a.link.nacked([1, 1, 0]);
    await clock.advance(10);
  }
  expect(a.frames.length).toBeLessThanOrEqual(3);
  // Nacks of acknowledgements alone, of other generations and of what has arrived since say nothing.
  a.link.receive([1, 0, 1], undefined);
  a.frames.length = 0;
  a.link.nacked([1, 0, 0]);
  a.link.nacked([0, 1, 0]);
  a.link.nacked([1, 1, 0]);
  await clock.advance(10_000);
  expect(a.frames).toEqual([]);
});

test('[LINK-8] to a peer that is away: one probe each 8 s, also of what was queued meanwhile', async () => {
  const { clock, a, b, network } = world(LOST);
  a.link.presence('away');
  for (const payload of texts(5)) a.link.send({ payload });
  a.link.nacked([1, 1, 0]);
  await clock.advance(25_000);
  expect(times(a)).toEqual([8_000, 16_000, 24_000]);
  expect(new Set(headers(a).map(([, seq]) => seq))).toEqual(new Set([1]));
  network(QUICK);
  a.link.presence('online');
  await clock.advance(10);
  expect(b.got).toEqual(texts(5));
});

test('[LINK-10] left: the queue is returned, nothing is sent any more, and the generation goes on', async () => {
  const { clock, a, b } = world(LOST);
  a.link.restart();
  a.link.send({ kind: 'offer', payload: 'x' });
  expect(a.link.left()).toEqual([{ payload: '' }, { kind: 'offer', payload: 'x' }]);
  const { length } = a.frames;
  await clock.advance(60_000);
  expect([a.frames.length, a.link.pending, clock.pending]).toEqual([length, 0, 0]);
  a.link.restart();
  expect(headers(a).at(-1)).toEqual([3, 1, 0]);
  expect(b.got).toEqual([]);
});

test('[LINK-11] all kinds share one order: a candidate never overtakes its description', async () => {
  const { clock, a, b, network } = world(LOST);
  const kinds: (string | undefined)[] = [];
  b.onMessage = ({ kind }) => kinds.push(kind);
  a.link.send({ kind: 'offer', payload: '{}' });
  network(QUICK);
  for (const kind of ['candidate', 'candidate', 'bye']) a.link.send({ kind, payload: '{}' });
  await clock.advance(5_000);
  expect(kinds).toEqual(['offer', 'candidate', 'candidate', 'bye']);
});

test('[LINK-12] stalled each 30 s without progress to a peer that is online, never to one that is away', async () => {
  const { clock, a, network } = world(LOST);
  a.link.send({ payload: 'x' });
  await clock.advance(29_999);
  expect(a.stalls).toBe(0);
  await clock.advance(30_001);
  expect(a.stalls).toBe(2);
  a.link.presence('away');
  await clock.advance(100_000);
  expect(a.stalls).toBe(2);
  network(QUICK);
  a.link.presence('online');
  await clock.advance(100_000);
  expect([a.stalls, a.link.pending]).toEqual([2, 0]);
});
