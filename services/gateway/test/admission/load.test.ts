import { describe, expect, test } from 'vitest';
import { createLoadWatch } from '../../src/admission/load.js';

/** A clock whose ticks come as late as they are told to. */
function rig(memory?: number) {
  let [now, idle] = [0, 0];
  let tick = (): void => undefined;
  const clock = {
    now: () => now,
    every: (_ms: number, run: () => void) => {
      tick = run;
      return () => void (tick = () => undefined);
    },
  };
  const processLoad = { memoryShare: () => memory ?? 0, idleMs: () => idle };
  const watch = createLoadWatch({ clock, busyLagMs: 200, busyMemory: 0.8, processLoad });
  watch.start();
  const pass = (ticks: number, lateMs: number, idleMs = 0): void => {
    for (let count = 0; count < ticks; count += 1) {
      now += 20 + lateMs;
      idle += idleMs;
      tick();
    }
  };
  return { watch, pass };
}

describe('the load of a gateway', () => {
  test('C3 is normal while the loop is in time, or late now and then', () => {
    const { watch, pass } = rig();
    for (let second = 0; second < 60; second += 1) {
      pass(20, 2);
      pass(1, 500);
      expect(watch.load()).toBe('normal');
    }
  });

  test('C3 one stall of 3 s is no load', () => {
    const { watch, pass } = rig();
    pass(50, 0);
    pass(1, 3_000);
    expect(watch.load()).toBe('normal');
  });

  test('C3 a lag stands when it is there for a tenth of a second and two turns', () => {
    const { watch, pass } = rig();
    pass(1, 300);
    expect(watch.standingLagMs()).toBe(0);
    pass(1, 200);
    expect(watch.standingLagMs()).toBe(200);
    pass(3, 30);
    expect(watch.standingLagMs()).toBe(30);
    pass(6, 0);
    expect(watch.standingLagMs()).toBe(0);
  });

  test('C3 a lag of a loop that waits for a processor, not for its own work, does not stand', () => {
    const { watch, pass } = rig();
    pass(20, 30, 6);
    expect(watch.standingLagMs()).toBe(0);
    pass(20, 30, 4);
    expect(watch.standingLagMs()).toBe(30);
  });

  test.each([
    [250, 'busy'],
    [700, 'overloaded'],
    [5_000, 'overloaded'],
  ] as const)(
    'C3 a loop that is always %i ms late is %s within 3 s, and normal 3 s after',
    (lateMs, load) => {
      const { watch, pass } = rig();
      pass(30, lateMs);
      expect(watch.load()).toBe(load);
      pass(150, 0);
      expect(watch.load()).toBe('normal');
    },
  );

  test.each([
    [0.79, 'normal'],
    [0.81, 'busy'],
    [0.91, 'overloaded'],
    [undefined, 'normal'],
  ] as const)('C3 with %d of the memory in use: %s', (share, load) => {
    const { watch, pass } = rig(share);
    pass(60, 0);
    expect(watch.load()).toBe(load);
  });
});
