import { chmodSync, copyFileSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { delimiter } from 'node:path';
import path from 'node:path';

import { runShell } from './processes.mjs';

/** Installs the Node versions of .ci/nodes (pinned by its lockfile) into `folder`/nodes. */
export async function installNodes({ root, folder, env, seconds }) {
  const home = path.join(folder, 'nodes');
  mkdirSync(home);
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(path.join(root, '.ci', 'nodes', file), path.join(home, file));
  }
  await runShell('npm ci --ignore-scripts', { cwd: home, env, seconds });
}

/**
 * The environment in which `node` is the given version and `npm` is this machine's own npm, run by that Node.
 * `program` undefined is the Node that runs this script.
 */
export function environmentOf(program, { folder, env }) {
  const bin = path.join(folder, 'bin', program ?? 'own');
  mkdirSync(bin, { recursive: true });
  const node = program
    ? path.join(folder, 'nodes', 'node_modules', program, 'bin', 'node')
    : process.execPath;
  if (program) chmodSync(node, 0o755);
  symlinkSync(node, path.join(bin, 'node'));
  for (const name of ['npm', 'npx']) symlinkSync(npmScript(name, env), path.join(bin, name));
  return { ...env, PATH: `${bin}${delimiter}${env.PATH}` };
}

/** The JavaScript behind `npm` or `npx` on the PATH; its first line asks the PATH for `node`. */
function npmScript(name, env) {
  for (const folder of env.PATH.split(delimiter).filter(Boolean)) {
    try {
      const file = realpathSync(path.join(folder, name));
      if (file.endsWith('.js')) return file;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`no ${name} on the PATH`);
}
