import { describe, expect, test } from 'vitest';
import { createHealthyClock } from '../src/index.js';
import { createVirtualClock } from './virtual-clock.js';

function setUp() {
  const clock = createVirtualClock();
  const state = { healthy: true };
  const healthy = createHealthyClock({ clock, healthy: () => state.healthy });
  const ran: string[] = [];
  return {
    clock,
    state,
    healthy,
    ran,
    note: (name: string) => () => void ran.push(`${name}@${healthy.now()}`),
  };
}

describe('healthy clock', () => {
  test('R5 while healthy it advances as the clock does', async () => {
    const { clock, healthy } = setUp();
    await clock.run(10_000);
    expect(healthy.now()).toBe(10_000);
    expect(healthy.wall()).toBe(clock.wall());
  });

  test('R5 an outage is no time at all: what is due in 15 s waits for 15 healthy seconds', async () => {
    const { clock, state, healthy, ran, note } = setUp();
    healthy.after(15_000, note('expire'));
    await clock.run(10_000);
    state.healthy = false;
    await clock.run(600_000);
    expect(ran).toEqual([]);
    state.healthy = true;
    await clock.run(4900);
    expect(ran).toEqual([]);
    await clock.run(1000);
    expect(ran.length).toBe(1);
    expect(healthy.now()).toBeLessThanOrEqual(16_000);
  });

  test('the tick in which health ends or comes back counts for nothing', async () => {
    const { clock, state, healthy } = setUp();
    await clock.run(1000);
    state.healthy = false;
    await clock.run(250);
    state.healthy = true;
    await clock.run(250);
    expect(healthy.now()).toBe(1000);
    await clock.run(250);
    expect(healthy.now()).toBe(1250);
  });

  test('F2 a pause of the process counts for 2 s at most', async () => {
    const { clock, healthy, ran, note } = setUp();
    healthy.after(15_000, note('expire'));
    await clock.run(5000);
    clock.pause(30_000);
    await clock.run(250);
    expect(healthy.now()).toBeLessThanOrEqual(7500);
    expect(ran).toEqual([]);
  });

  test('callbacks run in order of due time, then of scheduling, and never inside the call that schedules them', async () => {
    const { clock, healthy, ran, note } = setUp();
    healthy.after(0, note('now'));
    healthy.after(240, note('b'));
    healthy.after(240, note('c'));
    healthy.after(230, note('a'));
    expect(ran).toEqual([]);
    await clock.run(250);
    expect(ran.map((text) => text.split('@')[0])).toEqual(['now', 'a', 'b', 'c']);
  });

  test('every repeats on its grid, and runs once for all that it missed', async () => {
    const { clock, healthy, ran, note } = setUp();
    healthy.every(500, note('beat'));
    await clock.run(1500);
    expect(ran).toEqual(['beat@500', 'beat@1000', 'beat@1500']);
    clock.pause(1990);
    await clock.run(0);
    expect(ran.slice(3)).toEqual(['beat@3490']);
    await clock.run(1000);
    expect(ran.length).toBe(6);
  });

  test('cancel works before, after and from within a callback; stop ends everything', async () => {
    const { clock, healthy, ran, note } = setUp();
    const cancelled = healthy.after(500, note('cancelled'));
    const second = healthy.after(600, note('second'));
    healthy.after(550, () => second());
    const done = healthy.after(100, note('done'));
    cancelled();
    await clock.run(1000);
    done();
    expect(ran).toEqual(['done@250']);
    healthy.every(250, note('tick'));
    healthy.stop();
    await clock.run(5000);
    expect(ran).toEqual(['done@250']);
  });
});
