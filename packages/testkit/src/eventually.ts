import type { Clock } from '@parley/kit';

/**
 * Waits until `reason` gives `undefined` (all is well). Fails after `withinMs` with the last reason, so that a test says
 * what it was still missing.
 */
export async function eventually(
  clock: Clock,
  reason: () => string | undefined,
  withinMs = 5_000,
): Promise<void> {
  const end = clock.now() + withinMs;
  for (;;) {
    const missing = reason();
    if (missing === undefined) return;
    if (clock.now() >= end) throw new Error(`not within ${withinMs} ms: ${missing}`);
    await new Promise<void>((resolve) => void clock.after(10, resolve));
  }
}
