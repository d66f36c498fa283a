import { describe, expect, test } from 'vitest';
import { createSystemClock, createSystemRandom } from '../src/index.js';

describe('system clock', () => {
  test('callbacks never run inside the call that schedules them, and cancel is idempotent', async () => {
    const clock = createSystemClock();
    const ran: string[] = [];
    let inside = true;
    const cancelled = clock.after(0, () => void ran.push('cancelled'));
    cancelled();
    cancelled();
    await new Promise<void>((resolve) => {
      clock.soon(() => void ran.push(`soon ${inside}`));
      const cancel = clock.every(1, () => {
        ran.push(`every ${inside}`);
        cancel();
        clock.after(-5, resolve);
      });
      inside = false;
    });
    expect(ran).toEqual(['soon false', 'every false']);
  });

  test('now is monotonic, wall is the epoch, and a delay beyond the timers of Node does not run at once', async () => {
    const clock = createSystemClock();
    let early = false;
    const cancel = clock.after(2 ** 40, () => void (early = true));
    const before = clock.now();
    await new Promise<void>((resolve) => void clock.after(5, resolve));
    expect(clock.now()).toBeGreaterThan(before);
    expect(clock.wall()).toBeGreaterThan(Date.UTC(2024, 0));
    expect(early).toBe(false);
    cancel();
  });
});

describe('system random', () => {
  test('bytes, integers and fractions are in range and differ', () => {
    const random = createSystemRandom();
    expect(random.bytes(16).length).toBe(16);
    expect(random.bytes(16)).not.toEqual(random.bytes(16));
    expect(random.below(1)).toBe(0);
    for (let i = 0; i < 1000; i++) {
      expect(random.below(2 ** 32)).toBeLessThan(2 ** 32);
      expect(random.below(7)).toBeLessThan(7);
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
    }
  });
});
