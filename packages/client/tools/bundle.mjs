import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const home = path.resolve(import.meta.dirname, '..');
/** What applications import; everything that it imports is bundled with it. */
export const ENTRY = path.join(home, 'src/index.ts');

/** Constants in place, names and lines kept: an application's bundler, which sees one file only, would not do that. */
const READABLE = { compress: true, mangle: false, codegen: { removeWhitespace: false } };

/**
 * Bundles a module with all that it imports into one ES module, minified unless it is to be `readable`. `input` is a
 * path; `alias` maps bare specifiers to paths. Resolves with the code and the rendered bytes of each module (before
 * minification), by its path.
 */
export async function bundle(input, { readable = false, alias = {} } = {}) {
  const build = await rolldown({
    input,
    platform: 'browser',
    resolve: {
      alias,
      conditionNames: ['@parley/source', 'import', 'browser', 'default'],
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
    transform: { target: 'es2022' },
  });
  const { output } = await build.generate({
    format: 'esm',
    minify: readable ? READABLE : true,
    codeSplitting: false,
    comments: { annotation: readable },
  });
  await build.close();
  const [{ code, modules }] = output;
  const sizes = Object.entries(modules).map(([file, { renderedLength }]) => [file, renderedLength]);
  return { code, sizes: new Map(sizes) };
}

/** Writes `dist/sdk.js`, the client in one file, which the standalone app serves as `/sdk.js`. */
async function main() {
  const { code } = await bundle(ENTRY);
  mkdirSync(path.join(home, 'dist'), { recursive: true });
  writeFileSync(path.join(home, 'dist/sdk.js'), code);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
