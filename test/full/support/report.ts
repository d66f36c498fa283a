import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../../reports/', import.meta.url);

/** What a run on a real cluster measured, as `reports/NAME.json` keeps it. */
export interface Report {
  readonly name: string;
  readonly command: string;
  readonly commit: string;
  readonly date: string;
  readonly machine: string;
  readonly results: Readonly<Record<string, unknown>>;
}

/** Writes the report of one test; `npm run reports` takes the tables of docs/RELIABILITY.md from there. */
export function writeReport(name: string, file: string, results: Report['results']): void {
  const report: Report = {
    name,
    command: `npm run test:full -- ${file}`,
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    results,
  };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(fileURLToPath(new URL(`${name}.json`, FOLDER)), `${JSON.stringify(report, null, 2)}\n`);
}

function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' and changes');
  } catch {
    return 'unknown';
  }
}

/** Of unsorted values, in their unit: the middle, the 99th of a hundred, and the greatest. */
export function percentiles(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
