/**
 * `npm test [-- filter…]`, `npm run test:ci`, `npm run test:full`: builds, then runs, of its tier of tests, all that Node
 * alone can run and every real part that is found; what was not run is listed. With CI=true missing parts are installed
 * where that is possible, and anything not run is a failure, except what no installation could bring to this machine.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { fateOf, install, lookFor, partsOf } from './parts.mjs';
import { root, run, runTool, toolScript } from './run.mjs';
import { tierOf } from './tiers.mjs';
import { closingLine, notRunLine, summarize } from './summary.mjs';

const strict = ['true', '1'].includes(process.env.CI ?? '');
const [tier, filters] = readArguments(process.argv.slice(2));

const files = testFiles()
  .filter(isWanted)
  .map((file) => ({ file, needs: partsOf(file) }));
const needed = [...new Set(files.flatMap(({ needs }) => needs))];

let looks = lookForAll();
const obtainable = needed.filter((part) => fateOf([part], looks) === 'not-run');
if (strict && obtainable.length > 0) {
  const problem = await install(obtainable);
  if (problem)
    process.stderr.write(`could not install ${obtainable.map((part) => part.name).join(', ')}: ${problem}\n`);
  looks = lookForAll();
}

const build = await buildAll();
const { report, exitCode } = build.code === 0 ? await runSuite() : { exitCode: build.code };
const [notRun, impossible] = [testsWith('not-run'), testsWith('impossible')];
const summary = summarize({ report, exitCode, notRun, impossible, strict });
const absent = needed.filter((part) => !looks.get(part).found);
const notRunLines = absent.map((part) => notRunLine({ ...part, ...looks.get(part) }));
process.stdout.write(`${['', ...notRunLines, closingLine(summary)].join('\n')}\n`);
process.exitCode = summary.exitCode;

/** As `npm run build` does. */
async function buildAll() {
  const compiled = await runTool('@typescript/native', 'tsc', ['-b'], { echo: true });
  if (compiled.code !== 0) return compiled;
  const bundled = await run(process.execPath, ['packages/client/tools/bundle.mjs'], {
    cwd: root,
    echo: true,
  });
  if (bundled.code !== 0) return bundled;
  return runTool('vite', 'vite', ['build', 'apps/conference', '--logLevel', 'warn'], { echo: true });
}

/** The other tiers kill servers and start them again, which takes processes of this machine. */
function lookForAll() {
  return new Map(needed.map((part) => [part, lookFor(part, { containers: tier === 'test' })]));
}

function testsWith(fate) {
  const those = files.filter(({ needs }) => fateOf(needs, looks) === fate);
  return those.reduce((sum, { file }) => sum + testsIn(file), 0);
}

/** `--tier NAME` comes first; the rest is the runner's. */
function readArguments([option, name, ...rest]) {
  return option === '--tier' ? [name, rest] : ['test', process.argv.slice(2)];
}

/** All test files, relative to the root. */
function testFiles() {
  return ['packages', 'services', 'apps', 'test', 'simulation']
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => list(folder))
    .filter((file) => file.endsWith('.test.ts'));
}

function list(folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (!entry.isDirectory()) return [file];
    return ['node_modules', 'dist'].includes(entry.name) ? [] : list(file);
  });
}

/** The runner takes a filter as a part of a path, and what is named so runs whatever its tier. */
function isWanted(file) {
  const paths = filters.filter((filter) => !filter.startsWith('-'));
  return paths.length === 0 ? tierOf(file) === tier : paths.some((part) => file.includes(part));
}

function testsIn(file) {
  return readFileSync(path.join(root, file), 'utf8').match(/^\s*(test|it)(\.\w+)*(<\w+>)?\(/gm)?.length ?? 1;
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
  const running = new Set(
    files.filter(({ needs }) => fateOf(needs, looks) === 'run').map(({ file }) => file),
  );
  const excluded = testFiles()
    .filter((file) => !running.has(file))
    .map((file) => `--exclude=${file}`);
  const args = [toolScript('vitest', 'vitest'), 'run', ...reporters, ...excluded, ...filters];
  const programs = needed.filter((part) => looks.get(part).path !== undefined);
  const found = programs.map((part) => [part.variable, looks.get(part).path]);
  const env = { ...process.env, ...Object.fromEntries(found) };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 128));
  });
}
