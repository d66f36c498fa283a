import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runMain } from '../support/standalone-process.js';

const page = readFileSync(new URL('../../docs/OPERATIONS.md', import.meta.url), 'utf8');

/** The rows of a generated table of docs/OPERATIONS.md, as `--help` prints them, in their order. */
function documented(section: string): string[] {
  const [, after = ''] = page.split(`<!-- begin config ${section} -->`);
  const [table = ''] = after.split(`<!-- end config ${section} -->`);
  return table.split('\n').flatMap((row) => {
    const [, variable, value, meaning] = /^\| `(\w+)` *\| (.*?) *\| (.*?) *\|$/.exec(row) ?? [];
    if (variable === undefined || value === undefined || meaning === undefined) return [];
    return [`${variable} ${meaning} (${value.replaceAll('`', '')})`.replaceAll('\\|', '|')];
  });
}

test.each([
  ['standalone', 'apps/standalone/dist/main.js'],
  ['gateway', 'services/gateway/dist/main.js'],
  ['rooms', 'services/rooms/dist/main.js'],
  ['turn-credentials', 'services/turn-credentials/dist/main.js'],
])('X1 %s --help lists what docs/OPERATIONS.md lists, and starts nothing', async (section, main) => {
  const rows = documented(section);
  expect(rows.length).toBeGreaterThan(8);
  const { code, output } = await runMain(main, {}, ['--help']);
  expect(code).toBe(0);
  const told = output.split('\n').filter((line) => /^ {2}[A-Z]/.test(line));
  expect(told.map((line) => line.trim().replace(/ {2,}/, ' '))).toEqual(rows);
});
