import { expect, test } from 'vitest';
import { play } from './schedule.js';
import { complaint } from './world.js';

const RUNS = Number(process.env['SCHEDULES'] ?? (process.env['CI'] === 'true' ? 10_000 : 1_000));
const FIRST = Number(process.env['SEED'] ?? 1);

test(`none of ${RUNS} random schedules leaves two ends stuck`, { timeout: 300_000 }, async () => {
  let collisions = 0;
  let rollbacks = 0;
  let harmful = 0;
  let lost = 0;
  const stuck: string[] = [];
  const faults = new Map<string, number>();
  const started = performance.now();
  for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) {
    const world = await play(seed);
    const wrong = complaint(world);
    if (wrong !== undefined) stuck.push(`seed ${seed}: ${wrong}\n${world.log.join('\n')}`);
    collisions += world.collisions;
    lost += world.room.lost;
    for (const { pcs } of world.parties)
      for (const pc of pcs) {
        rollbacks += pc.rollbacks;
        harmful += pc.harmfulRollbacks;
      }
    for (const fault of world.faults) faults.set(String(fault), (faults.get(String(fault)) ?? 0) + 1);
    if (stuck.length >= 5) break;
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(
    `${RUNS} schedules in ${seconds} s: ${collisions} collisions, ${rollbacks} rollbacks (${harmful} of new m-lines), ${lost} messages lost`,
  );
  console.log([...faults].sort((a, b) => b[1] - a[1]).slice(0, 20));
  expect(stuck).toEqual([]);
  expect(collisions).toBeGreaterThan(0);
  // Those left over are of ends that changed roles by a rejoin, or took a track back at once.
  expect(harmful).toBeLessThan(rollbacks * 0.15);
});
