/**
 * `npm test [-- filter…]`: builds, then runs all that Node alone can run and every real part that is found; what was not
 * run is listed. With CI=true missing parts are installed where that is possible, and anything not run is a failure.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { install, locate, parts } from './parts.mjs';
import { root, runTool, toolScript } from './run.mjs';
import { closingLine, notRunLine, summarize } from './summary.mjs';

const strict = ['true', '1'].includes(process.env.CI ?? '');
const filters = process.argv.slice(2);

const needed = parts
  .map((part) => ({ ...part, files: testFiles(`.${part.name}.test.ts`).filter(isWanted) }))
  .filter((part) => part.files.length > 0);

let missing = needed.filter((part) => !locate(part));
if (strict && missing.length > 0) {
  const problem = await install(missing);
  if (problem)
    process.stderr.write(`could not install ${missing.map((part) => part.name).join(', ')}: ${problem}\n`);
  missing = missing.filter((part) => !locate(part));
}

const build = await runTool('@typescript/native', 'tsc', ['-b'], { echo: true });
const { report, exitCode } = build.code === 0 ? await runSuite() : { exitCode: build.code };
const notRun = missing.flatMap((part) => part.files).reduce((sum, file) => sum + testsIn(file), 0);
const summary = summarize({ report, exitCode, notRun, strict });
const lines = ['', ...missing.map(notRunLine), closingLine(summary)];
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = summary.exitCode;

/** Test files, relative to the root, whose name ends with `suffix`. */
function testFiles(suffix) {
  return ['packages', 'services', 'apps', 'test', 'simulation']
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => list(folder))
    .filter((file) => file.endsWith(suffix));
}

function list(folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (!entry.isDirectory()) return [file];
    return ['node_modules', 'dist'].includes(entry.name) ? [] : list(file);
  });
}

/** The runner takes a filter as a part of a path; with options among the arguments every file counts as wanted. */
function isWanted(file) {
  return filters.length === 0 || filters.some((filter) => filter.startsWith('-') || file.includes(filter));
}

function testsIn(file) {
  return readFileSync(path.join(root, file), 'utf8').match(/^\s*(test|it)(\.\w+)*\(/gm)?.length ?? 1;
}

async function runSuite() {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-test-'));
  const reportFile = path.join(folder, 'report.json');
  try {
    const exitCode = await vitest([
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
    ]);
    return {
      exitCode,
      report: existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function vitest(reporters) {
  const excluded = missing.map((part) => `--exclude=**/*.${part.name}.test.ts`);
  const args = [toolScript('vitest', 'vitest'), 'run', ...reporters, ...excluded, ...filters];
  const found = needed.flatMap((part) => (locate(part) ? [[part.variable, locate(part)]] : []));
  const env = { ...process.env, ...Object.fromEntries(found) };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 128));
  });
}
