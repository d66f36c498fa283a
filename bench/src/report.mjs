import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Writes what was measured, with command, commit, machine and day; nothing without a file. */
export function writeReport(json, command, measured) {
  if (json === undefined) return;
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const machine = `${os.cpus().length} x ${os.cpus()[0].model}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const date = new Date().toISOString().slice(0, 10);
  const report = { command, commit: git('rev-parse', '--short', 'HEAD'), machine, date, ...measured };
  const file = path.resolve(json);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
