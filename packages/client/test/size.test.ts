import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as client from '../src/index.js';
import { bundle, ENTRY } from '../tools/bundle.mjs';

const MOST_BYTES = 15_000;

/** An application that uses all there is by its name, so that nothing can be left out. */
const APPLICATION = `import * as parley from '@parley/client';\nglobalThis.used = [${Object.keys(client)
  .map((name) => `parley.${name}`)
  .join()}];\n`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-size-'));
  await writeFile(path.join(folder, 'application.js'), APPLICATION);
});

afterAll(() => rm(folder, { recursive: true }));

const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length;

function expectAllOfIt(code: string): void {
  for (const name of ['addIceCandidate', 'parley.v1']) expect(code.includes(name)).toBe(true);
}

/** `call`, `link`, `signaling` and `system` of the client, or the package that a module is of. */
const partOf = (file: string): string =>
  /packages\/client\/src\/(\w+)\//.exec(file)?.[1] ?? /packages\/(\w+)\//.exec(file)?.[1] ?? 'application';

test('the client with all that it imports is below 15,000 bytes, minified and gzipped', async () => {
  const input = path.join(folder, 'application.js');
  const { code, sizes } = await bundle(input, { alias: { '@parley/client': ENTRY } });
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
  expectAllOfIt(code);
  const expected = ['application', 'call', 'client', 'link', 'protocol', 'signaling', 'system'];
  expect([...parts.keys()].sort()).toEqual(expected);
});

test('so it is in an application built by Vite', async () => {
  const packed = path.join(folder, 'parley-client.js');
  await writeFile(packed, (await bundle(ENTRY, { readable: true })).code);
  const result = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@parley/client': packed } },
    build: { write: false, rolldownOptions: { input: path.join(folder, 'application.js') } },
  });
  const chunks = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  const code = chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
  console.log(`@parley/client in an application built by Vite: ${gzipped(code)} of ${MOST_BYTES} bytes`);

  expect(gzipped(code)).toBeLessThan(MOST_BYTES);
  expectAllOfIt(code);
});
