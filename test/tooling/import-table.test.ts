import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { root, runTool } from '../../scripts/run.mjs';

/** Runs the import table over a repository of these files; resolves to the names of the rules that were broken. */
async function brokenRules(files: Record<string, string>): Promise<string[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'parley-imports-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const all = { 'tsconfig.tests.json': '{}', 'package.json': '{}', ...files };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), text);
  }
  const folders = [...new Set(Object.keys(files).map((file) => file.split('/')[0] ?? ''))];
  const config = path.join(root, '.dependency-cruiser.cjs');
  const sources = folders.filter((folder) => folder !== 'node_modules');
  const args = ['--config', config, '--output-type', 'json', ...sources];
  const { output } = await runTool('dependency-cruiser', 'depcruise', args, { cwd: home });
  const { summary } = JSON.parse(output) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map((violation) => violation.rule.name))].sort();
}

const exported = 'export interface Thing { name: string }\nexport const thing = 1;\n';
const zod = {
  'node_modules/zod/package.json': '{"name":"zod","main":"index.js"}',
  'node_modules/zod/index.js': '',
};

test('[tooling] an import that the table allows is no violation', async () => {
  const rules = await brokenRules({
    ...zod,
    'packages/protocol/package.json': '{"dependencies":{"zod":"4.0.0"}}',
    'packages/protocol/src/schemas/frames.ts': "import 'zod';\nexport const x = 1;\n",
    'packages/protocol/src/codec.ts': exported,
    'services/rooms/src/room.ts': "import { thing } from '../../../packages/protocol/src/codec.js';\n",
    'packages/kit/src/system/random.ts': "import { randomBytes } from 'node:crypto';\n",
  });
  expect(rules).toEqual([]);
});

test('[tooling] a service that imports another one is caught, a type-only import too', async () => {
  const rules = await brokenRules({
    'services/rooms/src/room.ts': exported,
    'services/gateway/src/relay.ts': "import type { Thing } from '../../rooms/src/room.js';\n",
  });
  expect(rules).toEqual(['services-never-each-other', 'table: services/gateway']);
});

test('[tooling] a cycle is caught, type-only imports included', async () => {
  const rules = await brokenRules({
    'packages/bus/src/a.ts': "import type { B } from './b.js';\nexport interface A { b: B }\n",
    'packages/bus/src/b.ts': "import type { A } from './a.js';\nexport interface B { a: A }\n",
  });
  expect(rules).toEqual(['no-cycles']);
});

test('[tooling] protocol imports neither node nor zod outside src/schemas', async () => {
  const manifest = { 'packages/protocol/package.json': '{"dependencies":{"zod":"4.0.0"}}' };
  const node = { 'packages/protocol/src/codec.ts': "import { readFileSync } from 'node:fs';\n" };
  const codec = { 'packages/protocol/src/codec.ts': "import 'zod';\n" };
  expect(await brokenRules({ ...manifest, ...node })).toEqual(['table: packages/protocol']);
  expect(await brokenRules({ ...zod, ...manifest, ...codec })).toEqual(['table: packages/protocol']);
});

test('[tooling] bus knows no protocol, src imports no test, and nothing imports what is not there', async () => {
  const rules = await brokenRules({
    'packages/protocol/src/codec.ts': exported,
    'packages/bus/test/double.ts': exported,
    'packages/bus/src/bus.ts': "import '../../protocol/src/codec.js';\nimport '../test/double.js';\n",
    'packages/kit/src/log.ts': "import './nowhere.js';\n",
  });
  expect(rules).toEqual(['no-tests-in-src', 'no-unresolved', 'table: packages/bus', 'table: packages/kit']);
});
