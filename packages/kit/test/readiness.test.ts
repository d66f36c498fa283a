import { expect, test } from 'vitest';
import { createVirtualClock } from '@parley/testkit';
import { createReadiness } from '../src/index.js';

function rig() {
  const clock = createVirtualClock();
  const state = { hard: [] as string[], soft: ['bus-unheard'] };
  const watch = createReadiness({ clock, hard: () => state.hard, soft: () => state.soft });
  void watch.start();
  return { clock, state, watch };
}

test('R5 a process that was never ready is not ready while anything is amiss', async () => {
  const { clock, state, watch } = rig();
  expect(watch.judge()).toEqual({ ready: false, reasons: ['bus-unheard'] });
  await clock.advance(5_000);
  expect(watch.judge().ready).toBe(false);
  state.soft = [];
  expect(watch.judge()).toEqual({ ready: true, reasons: [] });
});

test('R5 an outage from outside degrades a ready process, and makes it unready after 30 s', async () => {
  const { clock, state, watch } = rig();
  state.soft = [];
  // Nobody asks meanwhile: the watch looks by itself.
  await clock.advance(60_000);
  state.soft = ['bus-unheard'];
  await clock.advance(28_000);
  expect(watch.judge()).toEqual({ ready: true, reasons: ['bus-unheard'] });
  await clock.advance(2_000);
  expect(watch.judge()).toEqual({ ready: false, reasons: ['bus-unheard'] });
  state.soft = [];
  expect(watch.judge()).toEqual({ ready: true, reasons: [] });
});

test('R5 outages that end in time do not add up', async () => {
  const { clock, state, watch } = rig();
  for (let round = 0; round < 5; round += 1) {
    state.soft = [];
    await clock.advance(1_000);
    state.soft = ['no-owner'];
    await clock.advance(25_000);
    expect(watch.judge().ready).toBe(true);
  }
});

test('K1 a process that goes is unready at once', () => {
  const { state, watch } = rig();
  state.soft = [];
  expect(watch.judge().ready).toBe(true);
  state.hard = ['draining'];
  expect(watch.judge()).toEqual({ ready: false, reasons: ['draining'] });
});

test('a stopped watch leaves no timer behind', async () => {
  const { clock, watch } = rig();
  await watch.stop();
  expect(clock.pending).toBe(0);
});
