import { afterAll, beforeAll, expect, test } from 'vitest';
import { createViteProject } from '../support/vite-project.js';
import type { ViteProject } from '../support/vite-project.js';
import { codeBlocks } from './code-blocks.js';

let project: ViteProject;

beforeAll(async () => {
  project = await createViteProject();
});
afterAll(() => project?.remove());

test('every TypeScript block of the guide type-checks against the packed client', async () => {
  const [first = '', ...others] = codeBlocks('docs/SDK.md', 'ts');
  expect(others.length).toBeGreaterThan(8);
  // Each goes on from the first one.
  for (const [index, block] of others.entries()) await project.write(`src/${index}.ts`, `${first}\n${block}`);
  for (const [index, block] of codeBlocks('README.md', 'ts').entries())
    await project.write(`src/readme-${index}.ts`, block);
  await project.typeCheck('--noUnusedLocals', 'false', '--exactOptionalPropertyTypes');
});
