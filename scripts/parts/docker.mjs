import { spawnSync } from 'node:child_process';

/** Whether Docker runs here, and has compose. */
export function lookForDocker() {
  const works = (...args) => spawnSync('docker', args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
  return { found: works('info') && works('compose', 'version') };
}
