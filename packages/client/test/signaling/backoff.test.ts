import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '@parley/testkit';
import { createBackoff } from '../../src/index.js';
import { createWorld } from './support.js';

describe('backoff', () => {
  test('K3 full jitter: 0-1 s first, then between 0.5 s and 1.5^k s, 30 s at most, never before retryAfterMs', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.option(fc.nat(100_000)), fc.nat(), (attempt, retryAfterMs, seed) => {
        const { delayMs } = createBackoff(createSeededRandom(seed));
        const told = retryAfterMs ?? 0;
        const delay = delayMs(attempt, retryAfterMs ?? undefined)! - told;
        expect(delay).toBeGreaterThanOrEqual(attempt === 0 ? 0 : 500);
        expect(delay).toBeLessThanOrEqual(Math.min(30_000, 1_000 * 1.5 ** attempt));
      }),
    );
  });

  test('K3 10,000 clients cut at once never arrive faster than 3 x N/window, and all come back', async () => {
    const clients = 10_000;
    const random = createSeededRandom(3);
    const backoff = createBackoff(random);
    // The service takes 1,000 a second; whoever comes above that is refused and tries again.
    const capacity = 100;
    const stepMs = 100;
    const arrivals: number[] = [];
    const due = Array.from({ length: clients }, () => ({ at: backoff.delayMs(0)!, attempt: 0 }));
    let waiting = due;
    for (let bin = 0; waiting.length > 0 && bin < 10_000; bin += 1) {
      const now = waiting.filter(({ at }) => at < (bin + 1) * stepMs);
      waiting = waiting.filter(({ at }) => at >= (bin + 1) * stepMs);
      arrivals.push(now.length);
      for (const { at, attempt } of now.slice(capacity)) {
        waiting.push({ at: at + backoff.delayMs(attempt + 1)!, attempt: attempt + 1 });
      }
    }
    const windowMs = 1_000;
    expect(Math.max(...arrivals)).toBeLessThanOrEqual((3 * clients * stepMs) / windowMs);
    expect(arrivals.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(clients);
    expect(arrivals.length * stepMs).toBeLessThanOrEqual(60_000);
  });

  test('K3 whole clients cut at once: the same bound, and none is lost', async () => {
    const { clock, service, create } = createWorld(7);
    const clients = 150;
    for (let i = 0; i < clients; i += 1) {
      void create({ room: `r${i}` }).client.join();
    }
    await clock.advance(200);
    expect(service.open().length).toBe(clients);
    const from = service.opened.length;
    const cutAt = clock.now();
    service.cut();
    await clock.advance(2_000);
    const bins = new Map<number, number>();
    for (const at of service.opened.slice(from)) {
      const bin = Math.floor((at - cutAt) / 100);
      bins.set(bin, (bins.get(bin) ?? 0) + 1);
    }
    expect(Math.max(...bins.values())).toBeLessThanOrEqual((3 * clients) / 10);
    expect(service.open().length).toBe(clients);
  });
});
