/**
 * `node packages/protocol/tools/fuzz.mjs [inputs] [seed] [shards]`: hostile frames against the built codec and schemas, in
 * one thread a shard. Bytes that break a rule are kept in test/corpus/, where the tests replay them. Exit code 1 if any.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

import * as protocol from '@parley/protocol';
import { parseClientHeader } from '@parley/protocol/schemas';

import { checkFrame } from './check-frame.mjs';
import { hostileFrame } from './hostile-frames.mjs';

const corpus = fileURLToPath(new URL('../test/corpus/', import.meta.url));
const PROGRESS = 1_000_000;

if (isMainThread) await main();
else shard(workerData);

async function main() {
  const inputs = Number(process.argv[2] ?? 1e6);
  const seed = Number(process.argv[3] ?? 1);
  const shards = Number(process.argv[4] ?? availableParallelism());
  if (![inputs, seed, shards].every((number) => Number.isSafeInteger(number) && number > 0)) {
    process.stderr.write('usage: fuzz.mjs [inputs] [seed] [shards], whole numbers above 0\n');
    process.exit(2);
  }
  const started = performance.now();
  const totals = { refused: 0, faulty: 0, good: 0, broken: 0 };
  const each = Math.ceil(inputs / shards);
  await Promise.all(
    Array.from({ length: shards }, (_, i) =>
      runShard({ seed, from: i * each, to: Math.min(inputs, (i + 1) * each) }, totals),
    ),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`seed ${seed}: ${JSON.stringify(totals)} in ${seconds} s\n`);
  process.exitCode = totals.broken > 0 ? 1 : 0;
}

function runShard(range, totals) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: range });
    worker.on('message', (counts) => {
      for (const [name, count] of Object.entries(counts)) totals[name] += count;
      const done = totals.refused + totals.faulty + totals.good + totals.broken;
      process.stderr.write(`${(done / 1e6).toFixed(1)} million\n`);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a shard ended with ${code}`))));
  });
}

function shard({ seed, from, to }) {
  Error.stackTraceLimit = 0;
  for (let start = from; start < to; start += PROGRESS) {
    const counts = { refused: 0, faulty: 0, good: 0, broken: 0 };
    for (let index = start; index < Math.min(to, start + PROGRESS); index += 1)
      counts[check(seed, index)] += 1;
    parentPort.postMessage(counts);
  }
}

function check(seed, index) {
  const bytes = hostileFrame(seed, index);
  try {
    return checkFrame(bytes, { ...protocol, parseClientHeader });
  } catch (error) {
    mkdirSync(corpus, { recursive: true });
    writeFileSync(path.join(corpus, `found-${seed}-${index}.bin`), bytes);
    process.stderr.write(`seed ${seed} input ${index}: ${error.message}\n`);
    return 'broken';
  }
}
