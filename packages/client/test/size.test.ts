import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import * as client from '../src/index.js';
import { bundle, ENTRY } from '../tools/bundle.mjs';

const MOST_BYTES = 15_000;

/** An application that uses all there is, so that nothing can be left out. */
const uses = (names: readonly string[]): string =>
  `import * as parley from '@parley/client';\nglobalThis.used = [${names.map((name) => `parley.${name}`).join()}];\n`;

const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length;

/** `call`, `link`, `signaling` and `system` of the client, or the package that a module is of. */
const partOf = (file: string): string =>
  /packages\/client\/src\/(\w+)\//.exec(file)?.[1] ?? /packages\/(\w+)\//.exec(file)?.[1] ?? 'application';

test('the client with all that it imports is below 15,000 bytes, minified and gzipped', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-size-'));
  const input = path.join(folder, 'main.js');
  await writeFile(input, uses(Object.keys(client)));
  const { code, sizes } = await bundle(input, { alias: { '@parley/client': ENTRY } });
  await rm(folder, { recursive: true });

  const total = gzipped(code);
  const rendered = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const parts = new Map<string, number>();
  for (const [file, size] of sizes) parts.set(partOf(file), (parts.get(partOf(file)) ?? 0) + size);
  const share = (size: number): number => Math.round((size / rendered) * total);
  const table = [...parts].map(([part, size]) => `${part} ${share(size)}`).sort();
  console.log(
    `@parley/client: ${total} of ${MOST_BYTES} bytes (${code.length} minified): ${table.join(', ')}`,
  );

  expect(total).toBeLessThan(MOST_BYTES);
  // All of it is there, and nothing that only servers need.
  for (const name of ['addIceCandidate', 'parley.v1']) expect(code.includes(name)).toBe(true);
  const expected = ['application', 'call', 'client', 'link', 'protocol', 'signaling', 'system'];
  expect([...parts.keys()].sort()).toEqual(expected);
});
