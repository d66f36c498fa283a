import { test } from 'vitest';
import { complaint, play } from './schedule.js';
test('probe', { timeout: 300000 }, async () => {
  const seed = Number(process.env['SEED']);
  (globalThis as any).TRACE = true;
  const w = await play(seed);
  console.log(complaint(w), w.faults.map(String), w.log.join('\n'), w.network.implicitRollback);
});
