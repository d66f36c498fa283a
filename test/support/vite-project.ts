import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pack } from '../../packages/client/tools/pack.mjs';

const run = promisify(execFile);
const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** An application as `npm create vite` begins it (vanilla-ts), with the packed client installed and nothing else. */
export interface ViteProject {
  readonly folder: string;
  /** `src/main.ts`, or another file of the project. */
  write(file: string, text: string): Promise<void>;
  /** `tsc`; rejects with what it found, in `stdout`. */
  typeCheck(...args: string[]): Promise<void>;
  /** `vite build`, into `dist`; rejects with its output. */
  build(): Promise<void>;
  remove(): Promise<void>;
}

const PACKAGE = { name: 'vite-project', private: true, version: '0.0.0', type: 'module' };

const INDEX = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1.0" />
    <title>vite-project</title>
  </head>
  <body>
    <div id="app"></div>
    <script type="module" src="/src/main.ts"></script>
  </body>
</html>
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    useDefineForClassFields: true,
    module: 'ESNext',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: ['vite/client'],
    skipLibCheck: true,
    moduleResolution: 'bundler',
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    moduleDetection: 'force',
    noEmit: true,
    strict: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    erasableSyntaxOnly: true,
    noFallthroughCasesInSwitch: true,
    noUncheckedSideEffectImports: true,
  },
  include: ['src'],
};

/** Makes one in a folder with a space and letters beyond ASCII in its path; without the network. */
export async function createViteProject(): Promise<ViteProject> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley 회의 '));
  const write = async (file: string, text: string): Promise<void> => {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  };
  await write('package.json', JSON.stringify(PACKAGE, null, 2));
  await write('index.html', INDEX);
  await write('tsconfig.json', JSON.stringify(TSCONFIG, null, 2));
  const tarball = await pack(path.join(folder, 'packed'));
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  // The two that the template names besides: as they are installed here.
  const link = (name: string, from: string): Promise<void> =>
    symlink(path.join(modules, from), path.join(folder, 'node_modules', name), 'junction');
  await Promise.all([link('vite', 'vite'), link('typescript', '@typescript/native')]);
  const node = async (program: string, args: readonly string[]): Promise<void> => {
    await run(process.execPath, [path.join(folder, 'node_modules', program), ...args], { cwd: folder });
  };
  return {
    folder,
    write,
    typeCheck: (...args) => node('typescript/bin/tsc', args),
    build: () => node('vite/bin/vite.js', ['build', '--logLevel', 'error']),
    remove: () => rm(folder, { recursive: true }),
  };
}
