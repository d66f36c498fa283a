/** `npm run check`: every rule of CONTRIBUTING.md that a program can check. `npm run check -- lint types` runs some. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { dependencyFaults } from './check/dependencies.mjs';
import { longFiles } from './check/file-sizes.mjs';
import { readManifests } from './check/manifests.mjs';
import { unsafeScripts } from './check/npm-scripts.mjs';
import { root, runTool } from './run.mjs';

const folders = ['packages', 'services', 'apps', 'test', 'simulation', 'deploy/grafana'].filter((name) =>
  existsSync(path.join(root, name)),
);

/** Each step: a name, and a function that resolves to `{ code, output }`. Order is the order of the report. */
const steps = [
  { name: 'format', run: () => runTool('prettier', 'prettier', ['--check', '--log-level', 'warn', '.']) },
  { name: 'lint', run: () => runTool('eslint', 'eslint', ['--max-warnings', '0', '.']) },
  { name: 'types', run: types },
  {
    name: 'imports',
    run: () => runTool('dependency-cruiser', 'depcruise', ['--output-type', 'err', ...folders]),
  },
  { name: 'scripts', run: () => faults(unsafeScripts(readManifests(root))) },
  { name: 'dependencies', run: () => faults(dependencyFaults(readManifests(root), dependencyTable())) },
  { name: 'sizes', run: () => faults(longFiles(root)) },
];

async function types() {
  const sources = await runTool('@typescript/native', 'tsc', ['-b', '--pretty', 'false']);
  const tests = await runTool('@typescript/native', 'tsc', [
    '-p',
    'tsconfig.tests.json',
    '--pretty',
    'false',
  ]);
  return { code: sources.code || tests.code, output: sources.output + tests.output };
}

function dependencyTable() {
  return readFileSync(path.join(root, 'docs', 'DEPENDENCIES.md'), 'utf8');
}

function faults(list) {
  return Promise.resolve({ code: list.length > 0 ? 1 : 0, output: list.map((line) => `${line}\n`).join('') });
}

async function report(step) {
  const started = performance.now();
  const { code, output } = await step.run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name.padEnd(14)} ${seconds} s\n`);
  if (code !== 0) process.stdout.write(`${output.trimEnd()}\n`);
  return code === 0;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no such step: ${unknown.join(', ')} (there are: ${steps.map((step) => step.name).join(', ')})\n`,
  );
  process.exit(2);
}
const chosen = steps.filter((step) => wanted.length === 0 || wanted.includes(step.name));
const results = await Promise.all(chosen.map(report));
process.exitCode = results.every(Boolean) ? 0 : 1;
