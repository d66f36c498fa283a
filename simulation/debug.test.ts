import { test } from 'vitest';
import { runSmoke } from './smoke.js';
test('debug', async () => {
  const bad: string[] = [];
  for (let seed = 1; seed <= 60; seed += 1) {
    const r = await runSmoke(seed);
    if (r.violations.length) bad.push(`${seed}: ${r.violations.join('\n    ')}`);
  }
  console.log(bad.join('\n'), bad.length);
}, 120_000);
