import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const table = /<!-- threats[^>]*-->([^]*)<!-- \/threats -->/.exec(read('SECURITY.md'))?.[1] ?? '';
const rows = table
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (threat|-)/.test(line))
  .map((line) => line.split(' | '));

test('X11 every threat names tests, and each of them exists', () => {
  expect(rows.length).toBeGreaterThan(20);
  const wrong = rows.flatMap(([threat = '', , shown = '']) => {
    const named = [...shown.matchAll(/`([^`]+)` "([^"]+)"/g)];
    const missing = named.filter(([, file = '', title = '']) => !isIn(file, title));
    return [...(named.length === 0 ? [`no test: ${threat}`] : []), ...missing.map(([text]) => text)];
  });
  expect(wrong).toEqual([]);
});

test('X11 the page and the example application forbid what is not their own', () => {
  for (const file of ['apps/standalone/src/page-routes.ts', 'examples/application/server.mjs']) {
    const text = read(file);
    for (const word of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ])
      expect(text).toContain(word);
    expect(text).not.toMatch(/unsafe-(inline|eval)/);
  }
});

function isIn(file: string, title: string): boolean {
  return existsSync(new URL(`../../${file}`, import.meta.url)) && read(file).includes(title);
}
