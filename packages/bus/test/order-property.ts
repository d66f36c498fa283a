import fc from 'fast-check';
import { expect } from 'vitest';
import type { Bus } from '../src/index.js';

/** What the property is tried on. */
export interface OrderRig {
  /** Two publishers, then the client that reads. */
  readonly buses: readonly [Bus, Bus, Bus];
  /** Lets what was sent arrive. */
  settle(): Promise<unknown>;
  /** Cuts all links once, where there are any. */
  reset?(): void;
  readonly numRuns: number;
}

const SIZES = [8, 100, 40_000, 300_000] as const;

/** R9: in whatever sizes is published, over resets too, each publisher's messages come in its order, and none twice. */
export async function expectOrder({ buses, settle, reset, numRuns }: OrderRig): Promise<void> {
  const [reader, publishers] = [buses[2], buses.slice(0, 2)];
  const then = fc.constantFrom('go on', 'go on', 'go on', 'wait', reset === undefined ? 'wait' : 'reset');
  const step = fc.record({ by: fc.nat(1), size: fc.constantFrom(...SIZES), then });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const subject = `r9-${++runs}`;
      const seen: number[][] = [[], []];
      await reader.subscribe(subject, (payload) => {
        const [by = 0, index = 0] = new Uint32Array(payload.slice(0, 8).buffer);
        seen[by]?.push(index);
      });
      for (const [index, { by, size, then: what }] of steps.entries()) {
        const payload = new Uint8Array(size);
        payload.set(new Uint8Array(new Uint32Array([by, index]).buffer));
        const sent = publishers[by]?.publish(subject, payload).catch(() => undefined);
        if (what === 'wait') await sent;
        if (what === 'reset') reset?.();
      }
      await Promise.all(publishers.map((bus) => bus.flush().catch(() => undefined)));
      await settle();
      for (const order of seen)
        expect(order.every((index, at) => at === 0 || index > (order[at - 1] ?? -1))).toBe(true);
      if (reset === undefined) expect(seen.flat()).toHaveLength(steps.length);
    }),
    { numRuns },
  );
}
