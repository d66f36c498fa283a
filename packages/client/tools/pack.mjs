import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle, ENTRY } from './bundle.mjs';

const run = promisify(execFile);
const home = path.resolve(import.meta.dirname, '..');
const root = path.resolve(home, '../..');

/**
 * Packs the client into a tarball in `destination` that needs no other package: its code is one ES module, and the
 * declarations of `@parley/protocol` that its own refer to come with it. Resolves with the tarball's path.
 */
export async function pack(destination) {
  const stage = await mkdtemp(path.join(tmpdir(), 'parley-pack-'));
  try {
    await writeCode(stage);
    await writeTypes(path.join(stage, 'types'));
    await writeFile(path.join(stage, 'package.json'), JSON.stringify(await manifest(), null, 2));
    await cp(path.join(root, 'LICENSE'), path.join(stage, 'LICENSE'));
    await mkdir(destination, { recursive: true });
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', destination], {
      cwd: stage,
    });
    return path.join(destination, JSON.parse(stdout)[0].filename);
  } finally {
    await rm(stage, { recursive: true });
  }
}

async function writeCode(stage) {
  const { code } = await bundle(ENTRY, { readable: true });
  await writeFile(path.join(stage, 'index.js'), code);
}

async function writeTypes(folder) {
  const project = path.join(home, 'tools/tsconfig.types.json');
  await run(path.join(root, 'node_modules/.bin/tsc'), ['-p', project, '--outDir', folder]);
  for (const entry of await readdir(path.join(folder, 'client'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const up = path.relative(entry.parentPath, path.join(folder, 'protocol/src/index.js'));
    const file = path.join(entry.parentPath, entry.name);
    const text = await readFile(file, 'utf8');
    const specifier = up.split(path.sep).join('/');
    await writeFile(file, text.replaceAll("'@parley/protocol'", `'${specifier}'`));
  }
}

async function manifest() {
  const { name, version, license, type } = JSON.parse(
    await readFile(path.join(home, 'package.json'), 'utf8'),
  );
  const exports = { '.': { types: './types/client/src/index.d.ts', default: './index.js' } };
  return { name, version, license, type, sideEffects: false, exports };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await pack(path.resolve(process.argv[2] ?? path.join(home, 'dist'))));
}
