import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { committedBoards, panelsOf, queriesOf, RULE_FILES, RULES } from '../../support/monitoring.js';

const run = promisify(execFile);
const promtool = process.env['PARLEY_PROMTOOL'] ?? 'promtool';
const rules = RULE_FILES.map((name) => path.join(RULES, name));

test('O4 promtool finds nothing wrong in the rules', async () => {
  const { stdout } = await run(promtool, ['check', 'rules', ...rules]);
  expect(stdout.match(/SUCCESS/g)).toHaveLength(rules.length);
});

test(
  'O4 every alert fires when it should, and only then: promtool test rules',
  { timeout: 60_000 },
  async () => {
    const files = readdirSync(RULES).filter((name) => name.endsWith('.test.yaml'));
    expect(files.map((name) => name.replace('.test.', '.rules.'))).toEqual(RULE_FILES);
    await Promise.all(files.map((name) => run(promtool, ['test', 'rules', name], { cwd: RULES })));
  },
);

test('every query of every panel is PromQL', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-panels-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const exprs = [...committedBoards().values()]
    .flatMap(panelsOf)
    .flatMap((panel) => queriesOf(panel, '5m'))
    .map(({ expr }, index) => ({ record: `panel:query:${index}`, expr }));
  const file = path.join(folder, 'panels.yaml');
  writeFileSync(file, stringify({ groups: [{ name: 'panels', rules: exprs }] }));
  const { stdout } = await run(promtool, ['check', 'rules', file]);
  expect(exprs.length).toBeGreaterThan(80);
  expect(stdout).toContain(`${exprs.length} rules found`);
});
