import { readdir, readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { sdkReference } from '../../scripts/docs/sdk-reference.mjs';

const FOLDER = new URL('../../docs/sdk/', import.meta.url);

vi.setConfig({ testTimeout: 60_000 });

test('docs/sdk says what the comments of the SDK say, and all of it has one (npm run docs mends the first)', async () => {
  const fresh = await sdkReference();
  expect([...fresh.keys()]).toEqual(['README.md', 'client.md', 'server.md']);
  expect((await readdir(FOLDER)).sort()).toEqual([...fresh.keys()]);
  for (const [file, text] of fresh) {
    expect(await readFile(new URL(file, FOLDER), 'utf8'), file).toBe(text);
    // The same on every machine: no path, no commit.
    expect(text).not.toMatch(/node_modules|file:|\/blob\/|[A-Z]:\\/);
  }
});
