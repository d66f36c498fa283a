import { ESLint, Linter } from 'eslint';
import { describe, expect, test } from 'vitest';

import { dependencyFaults } from '../../scripts/check/dependencies.mjs';
import { unsafeScripts } from '../../scripts/check/npm-scripts.mjs';
import { readmeCommands } from '../../scripts/ci/readme.mjs';
import { determinism } from '../../scripts/eslint/determinism.mjs';
import { parley } from '../../scripts/eslint/plugin.mjs';
import { root } from '../../scripts/run.mjs';

function lint(code: string, rules: object): (string | null)[] {
  const config = [{ plugins: { parley }, rules }] as unknown as Linter.Config[];
  return new Linter().verify(code, config).map((message) => message.ruleId);
}

const lines = (count: number) => '\n'.repeat(count - 1);

test('[tooling] a function of 61 lines is refused, one of 60 and the callback of describe are not', () => {
  const rules = { 'parley/function-length': 'error' };
  expect(lint(`function f() {${lines(60)}}`, rules)).toEqual([]);
  expect(lint(`function f() {${lines(61)}}`, rules)).toEqual(['parley/function-length']);
  expect(lint(`test('x', () => {${lines(61)}});`, rules)).toEqual(['parley/function-length']);
  expect(lint(`describe('x', () => {${lines(61)}});`, rules)).toEqual([]);
  expect(lint(`describe.each([1])('x', () => {${lines(61)}});`, rules)).toEqual([]);
});

test('[tooling] an export without a doc comment is refused', () => {
  const rules = { 'parley/exported-doc': 'error' };
  expect(lint('/** Documented. */\nexport const a = 1;', rules)).toEqual([]);
  expect(lint("export { a } from './a.js';", rules)).toEqual([]);
  expect(lint('export const a = 1;', rules)).toEqual(['parley/exported-doc']);
  expect(lint('/* plain */\nexport function f() {}', rules)).toEqual(['parley/exported-doc']);
  expect(lint('/** Far. */\n\nexport class C {}', rules)).toEqual(['parley/exported-doc']);
  expect(lint('const a = 1;\nexport { a };', rules)).toEqual(['parley/exported-doc']);
});

test.each([
  'setTimeout(() => {}, 1);',
  'globalThis.setInterval(() => {}, 1);',
  'const t = Date.now();',
  'const t = new Date();',
  'const r = Math.random();',
  'const id = crypto.randomUUID();',
  "import { randomBytes } from 'node:crypto';",
  "import * as crypto from 'node:crypto';",
  "import { setTimeout as sleep } from 'node:timers/promises';",
])('[tooling] the core cannot reach the machine with %s', (code) => {
  expect(lint(code, determinism)).not.toEqual([]);
});

test('[tooling] synchronous crypto and dates made from a number are allowed', () => {
  expect(lint("import { createHmac } from 'node:crypto';\nnew Date(1);", determinism)).toEqual([]);
});

test('[tooling] the determinism rules hold in the core, and not in mains and drivers', async () => {
  const eslint = new ESLint({ cwd: root });
  const isCore = async (file: string) => {
    const config = (await eslint.calculateConfigForFile(file)) as { rules: Record<string, unknown> };
    return 'no-restricted-globals' in config.rules;
  };
  expect(await isCore('services/rooms/src/room.ts')).toBe(true);
  expect(await isCore('packages/protocol/src/codec.ts')).toBe(true);
  expect(await isCore('packages/kit/src/config.ts')).toBe(true);
  expect(await isCore('services/rooms/src/main.ts')).toBe(false);
  expect(await isCore('packages/kit/src/system/clock.ts')).toBe(false);
});

describe('npm scripts', () => {
  const faults = (command: string) =>
    unsafeScripts([{ file: 'package.json', manifest: { scripts: { x: command } } }]);

  test.each([
    'tsc -b && node scripts/test.mjs',
    'prettier --write .',
    'node "a b.mjs"',
    'node --import=x y.mjs',
  ])('[tooling] cmd.exe runs %s', (command) => expect(faults(command)).toEqual([]));

  test.each([
    'CI=true node x.mjs',
    'tsc && CI=true node x.mjs',
    "prettier 'src'",
    'rm -rf dist',
    'a; b',
    'bash x',
    'echo $HOME',
    './x.sh',
    'eslint src/*.ts',
  ])('[tooling] cmd.exe does not run %s', (command) => expect(faults(command)).not.toEqual([]));
});

test('[tooling] every dependency has a row with its reason, is pinned, and is the same everywhere', () => {
  const manifest = (dependencies: Record<string, string>) => [
    { file: 'package.json', manifest: { dependencies } },
  ];
  const table = '| `zod` | kit | schemas |\n';
  expect(dependencyFaults(manifest({ zod: '4.0.0', '@parley/kit': '*' }), table)).toEqual([]);
  expect(dependencyFaults(manifest({ zod: '4.0.0', ws: '8.0.0' }), table)).toHaveLength(1);
  expect(dependencyFaults(manifest({ zod: '^4.0.0' }), table)).toHaveLength(1);
  expect(dependencyFaults([], table)).toHaveLength(1);
  const two = [...manifest({ zod: '4.0.0' }), ...manifest({ zod: '4.0.1' })];
  expect(dependencyFaults(two, table)).toHaveLength(1);
});

test('[tooling] the two commands are taken from the code blocks of the README', () => {
  const block = '```sh\nnpm ci && npm start   # a call\nnpm ci && npm test\n```\n';
  expect(readmeCommands(block)).toEqual({ start: 'npm ci && npm start', test: 'npm ci && npm test' });
  expect(() => readmeCommands('Run npm ci && npm start.')).toThrow('npm ci && npm start');
});
