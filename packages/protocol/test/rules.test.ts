import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const DEFINITION = /\*\*\[([A-Z]+-\d+|N\d+)\]\*\*/g;
const MENTION = /\[([A-Z]+-\d+|N\d+)\]/g;
/** The first argument of `test(`, `it(`, `describe(`, also behind `.each(…)` and the like. */
const TITLE = /(?:\b(?:test|it|describe|scenario)(?:\.\w+)*|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;

const defined = [...readFileSync(join(root, 'docs/PROTOCOL.md'), 'utf8').matchAll(DEFINITION)].map(
  ([, id]) => id ?? '',
);

/** Every folder that may hold tests. */
function testFolders(): string[] {
  const inside = ['packages', 'services', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name, 'test')),
  );
  return [...inside, join(root, 'test'), join(root, 'simulation')].filter((folder) => existsSync(folder));
}

/** Rule id -> files whose test titles name it. */
function mentions(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const folder of testFolders()) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.m?[jt]s$/.test(name) || name.includes('node_modules')) continue;
      for (const id of titleRules(readFileSync(join(folder, name), 'utf8'))) {
        found.set(id, (found.get(id) ?? new Set()).add(join(folder, name).slice(root.length)));
      }
    }
  }
  return found;
}

function titleRules(source: string): string[] {
  return [...source.matchAll(TITLE)].flatMap(([, , title]) =>
    [...(title ?? '').matchAll(MENTION)].map(([, id]) => id ?? ''),
  );
}

describe('rules of PROTOCOL.md and tests', () => {
  const named = mentions();

  test('each rule is defined once', () => {
    expect(defined.length).toBeGreaterThan(50);
    expect(defined.filter((id, index) => defined.indexOf(id) !== index)).toEqual([]);
  });

  test('each rule is named by the title of a test', () => {
    const missing = defined.filter((id) => !named.has(id));
    expect(missing, 'rules that no test names').toEqual([]);
  });

  test('each rule that a test names is defined', () => {
    const unknown = [...named].filter(([id]) => !defined.includes(id));
    expect(unknown.map(([id, files]) => `${id} in ${[...files].join(', ')}`)).toEqual([]);
  });
});

test('titles are found in every form that tests have', () => {
  const rule = (id: string): string => `[${id}]`;
  const source = [
    `test('${rule('A-1')} x', () => {`,
    `describe.concurrent("y ${rule('B-2')}${rule('N3')}"`,
    `test.each([['a', 1]])(\n  \`${rule('C-3')} %s\`,`,
    `// test ${rule('D-4')}`,
    `expect(a, '${rule('E-5')}')`,
    `it('it\\'s ${rule('F-6')}', `,
  ].join('\n');
  expect(titleRules(source)).toEqual(['A-1', 'B-2', 'N3', 'C-3', 'F-6']);
});
