import { expect, test } from 'vitest';

import { BusError } from '../src/index.js';
import { createOutboundWindow } from '../src/nats/index.js';
import { createVirtualTimers } from './virtual-timers.js';

const MEBIBYTE = 1024 * 1024;

/** A link whose server confirms only when it is told to. */
function createHeldLink() {
  const taken: { subject: string; payload: Uint8Array; tag: number }[] = [];
  const pings: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  return {
    taken,
    pings,
    link: {
      publish: (subject: string, payload: Uint8Array, tag: number) =>
        void taken.push({ subject, payload, tag }),
      flush: () => new Promise<void>((resolve, reject) => void pings.push({ resolve, reject })),
      maxPayload: () => 4 * MEBIBYTE,
    },
  };
}

function createOpenWindow(limits = { maxQueuedMessages: 65_536, maxQueuedBytes: 16 * MEBIBYTE }) {
  const timers = createVirtualTimers();
  const window = createOutboundWindow(timers, limits);
  const held = createHeldLink();
  window.open(held.link);
  return { timers, window, ...held };
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => (error instanceof BusError ? error.code : error));

test('R8 while the server confirms nothing, some 2 MiB leave and 16 MiB are held; the rest is refused', async () => {
  const { timers, window, taken } = createOpenWindow();
  const codes: unknown[] = [];
  for (let i = 0; i < 2_000; i++) {
    void codeOf(window.send('s', new Uint8Array(64 * 1024))).then((code) => codes.push(code));
    if (i % 10 === 0) await timers.run(0);
  }
  await timers.run(0);
  const left = taken.reduce((sum, { payload }) => sum + payload.length, 0);
  expect(left).toBeLessThanOrEqual(2 * MEBIBYTE);
  expect(codes.length).toBeGreaterThan(2_000 - 16 * 16);
  expect(new Set(codes)).toEqual(new Set(['overflow']));
});

test('R8 what was held leaves in order as the server confirms, and each publish resolves', async () => {
  const { timers, window, taken, pings } = createOpenWindow();
  const sent = Array.from({ length: 100 }, (_, i) => window.send('s', new Uint8Array(100_000).fill(i)));
  for (let turn = 0; turn < 100; turn++) {
    await timers.run(0);
    for (const { resolve } of pings.splice(0)) resolve();
  }
  await Promise.all(sent);
  expect(taken.map(({ payload }) => payload[0])).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test('R10 a message that the server says nobody hears resolves with 0, the others with undefined', async () => {
  const { timers, window, taken, pings } = createOpenWindow();
  const sent = ['a', 'b', 'c'].map((subject) => window.send(subject, new Uint8Array(1)));
  await timers.run(0);
  window.nobody(taken.find(({ subject }) => subject === 'b')?.tag ?? -1);
  pings[0]?.resolve();
  expect(await Promise.all(sent)).toEqual([undefined, 0, undefined]);
  expect(pings).toHaveLength(1);
});

test('R2 2 s without a confirmation reject all that waits, and what comes then at once, until one arrives', async () => {
  const { timers, window, pings } = createOpenWindow();
  const waiting = codeOf(window.send('s', new Uint8Array(1)));
  const flushing = codeOf(window.flush());
  await timers.run(1_900);
  let settled = false;
  void waiting.then(() => (settled = true));
  await timers.run(0);
  expect(settled).toBe(false);
  await timers.run(200);
  expect(await waiting).toBe('disconnected');
  expect(await flushing).toBe('disconnected');
  expect(await codeOf(window.send('s', new Uint8Array(1)))).toBe('disconnected');
  for (const { resolve } of pings.splice(0)) resolve();
  await timers.run(0);
  const next = window.send('s', new Uint8Array(1));
  await timers.run(0);
  for (const { resolve } of pings.splice(0)) resolve();
  expect(await next).toBeUndefined();
});

test('F3 a stall of this process of 30 s is not taken for the silence of the server', async () => {
  const { timers, window, pings } = createOpenWindow();
  const sent = window.send('s', new Uint8Array(1));
  await timers.run(1_000);
  timers.stall(30_000);
  await timers.run(200);
  for (const { resolve } of pings) resolve();
  expect(await sent).toBeUndefined();
});

test('[B9] a broken link rejects what waits and what is out; nothing of it leaves over the next one', async () => {
  const { timers, window } = createOpenWindow();
  const sent = Array.from({ length: 50 }, () => codeOf(window.send('s', new Uint8Array(100_000))));
  await timers.run(0);
  window.shut('disconnected');
  expect(new Set(await Promise.all(sent))).toEqual(new Set(['disconnected']));
  expect(await codeOf(window.send('s', new Uint8Array(1)))).toBe('disconnected');
  const next = createHeldLink();
  window.open(next.link);
  void window.send('new', new Uint8Array(1));
  await timers.run(0);
  expect(next.taken.map(({ subject }) => subject)).toEqual(['new']);
});

test('[B8] a message above what the server takes is too-large, one alone above the window still leaves', async () => {
  const { timers, window, taken } = createOpenWindow();
  expect(await codeOf(window.send('s', new Uint8Array(4 * MEBIBYTE + 1)))).toBe('too-large');
  void window.send('s', new Uint8Array(3 * MEBIBYTE));
  await timers.run(0);
  expect(taken).toHaveLength(1);
});

test('[B11] once it refuses, what waits may still leave, and new sends are closed', async () => {
  const { timers, window, pings } = createOpenWindow();
  const sent = window.send('s', new Uint8Array(1));
  window.refuse();
  expect(await codeOf(window.send('s', new Uint8Array(1)))).toBe('closed');
  await timers.run(0);
  pings[0]?.resolve();
  expect(await sent).toBeUndefined();
});
