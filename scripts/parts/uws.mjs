import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { root } from '../run.mjs';

/** Loads what the gateway's loader would: upstream's own package if somebody installed it, else the platform's. */
const TRY = `
  const names = process.argv.slice(1);
  const installed = (name) => { try { return require.resolve(name); } catch { return undefined; } };
  try {
    require(names.find(installed) ?? names.at(-1));
    process.exit(0);
  } catch (error) {
    process.stdout.write(String(error.message).split('\\n', 1)[0], () => process.exit(1));
  }`;

/**
 * Whether this machine loads uWebSockets.js: `{ found, problem?, impossible? }`, where `problem` is the loader's own message.
 * It is tried in a process of its own: a wrong binary may end it.
 */
export function lookForUws() {
  const { platform, arch, versions } = process;
  const name = `@uwsjs/${platform}-${arch}-${versions.node.split('.')[0]}`;
  const child = spawnSync(process.execPath, ['-e', TRY, '--', 'uWebSockets.js', name], {
    cwd: root,
    encoding: 'utf8',
  });
  if (child.status === 0) return { found: true };
  const problem = child.stdout || `loading ${name} ended with ${child.signal ?? child.status}`;
  const { optionalDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return judgeUws({ problem, isListed: name in optionalDependencies, glibc: glibcVersion() });
}

/**
 * Judges a binary that does not load. No package for this platform and Node, a libc other than glibc, or a glibc too old
 * for the binary: nothing that could be installed helps. Any other problem (not installed, a damaged file) is a fault.
 */
export function judgeUws({ problem, isListed, glibc }) {
  const isRefused = /version `(GLIBC|GLIBCXX|CXXABI)_[\d.]+' not found/.test(problem);
  return { found: false, problem, impossible: !isListed || glibc === undefined || isRefused };
}

/** Undefined on every system but Linux with glibc. */
function glibcVersion() {
  if (process.platform !== 'linux') return undefined;
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime;
}
