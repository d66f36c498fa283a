/** Writes the generated parts of the pages in docs/: `npm run docs`. Wants a build (the npm script does it). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { sdkReference } from './docs/sdk-reference.mjs';
import { SECTIONS, withSections } from './docs/sections.mjs';

for (const page of Object.keys(SECTIONS)) {
  const file = fileURLToPath(new URL(`../${page}`, import.meta.url));
  const text = withSections(page, readFileSync(file, 'utf8'));
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
  process.stdout.write(`${page}\n`);
}
await import('../packages/protocol/tools/generate-docs.mjs');

const folder = new URL('../docs/sdk/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [file, text] of await sdkReference()) {
  writeFileSync(new URL(file, folder), text);
  process.stdout.write(`docs/sdk/${file}\n`);
}
