import { expect, test } from 'vitest';

import { driverContext } from '../../src/socket/driver-context.js';
import { createLiveness } from '../../src/socket/ws-liveness.js';
import { crankedClock } from './cranked-clock.js';

test('U9 by default a silent connection is pinged at 16 s and cut in 36 s or less; one that speaks is not', () => {
  const clock = crankedClock();
  const told: string[] = [];
  const liveness = createLiveness(
    driverContext({ upgrades: [], routes: [], onFault: () => undefined }, clock),
  );
  let bytes = 0;
  const watch = (name: string, received: () => number) =>
    liveness.watch({
      received,
      ping: () => void told.push(`${name} pinged ${clock.now()}`),
      cut: () => void told.push(`${name} cut ${clock.now()}`),
    });
  clock.advance(500);
  watch('silent', () => 100);
  watch('alive', () => bytes);
  clock.every(1_000, liveness.sweep);
  clock.every(10_000, () => (bytes += 6));
  clock.advance(33_400);
  expect(told).toEqual(['silent pinged 16500', 'silent cut 32500', 'silent cut 33500']);
});
