import { test } from 'vitest';
import { complaint, play } from '/work/main/packages/client/test/call/schedule.js';
test('probe', { timeout: 300000 }, async () => {
  const n = Number(process.env['N'] ?? 1000);
  let shown = 0;
  let pcs = 0,
    calm = 0,
    calmPcs = 0;
  let late = 0;
  for (let seed = 1; seed <= n; seed++) {
    const w = await play(seed);
    const wrong = complaint(w);
    const t = w.clock.now();
    if (t > 60000) {
      late++;
      if (late < 6) console.log('late', seed, t, wrong, w.log.join(' | '));
    }
    const c = w.parties.reduce((s, p) => s + p.pcs.length, 0);
    pcs += c;
    if (!w.log.some((l) => /reset|rejoin|ice|full|call-again/.test(l))) {
      calm++;
      calmPcs += c / (w.parties.length * (w.parties.length - 1));
      if (c > w.parties.length * (w.parties.length - 1)) console.log('extra', seed, c, w.log.join(' | '));
    }
    if (w.faults.length && shown++ < 8)
      console.log(seed, w.faults.map(String), w.log.join(' | '), w.network.implicitRollback);
  }
  console.log({ pcs, calm, calmPcs, late });
});
