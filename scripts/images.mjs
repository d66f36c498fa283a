/**
 * `npm run images`: builds, with Docker, every image of ours that deploy/ names, under the names and tags that stand there,
 * and prints them one a line. BASE_IMAGE replaces the base (Linux with glibc, Node 22, npm). BuildKit is used where Docker
 * has it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { imagesOfOurs } from './deploy/images-of-ours.mjs';
import { root, run } from './run.mjs';

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** What a build may need to reach the registry; Docker takes the values from this environment. */
const PASSED = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

const args = [
  `VERSION=${version}`,
  `REVISION=${revision()}`,
  ...(process.env.BASE_IMAGE ? [`BASE_IMAGE=${process.env.BASE_IMAGE}`] : []),
  // npm tells a script where it looks for packages, unless that is the default.
  ...(process.env.npm_config_registry ? [`NPM_REGISTRY=${process.env.npm_config_registry}`] : []),
  ...PASSED.filter((name) => process.env[name]),
].flatMap((arg) => ['--build-arg', arg]);

for (const image of imagesOfOurs()) {
  const target = image.replace(/^parley\/|:.*$/g, '');
  process.stderr.write(`building ${image}\n`);
  const { code, output } = await run('docker', [
    ...['build', '--target', target, '--tag', image, ...args],
    ...['--file', path.join('deploy', 'docker', 'Dockerfile'), '.'],
  ]);
  if (code !== 0) {
    process.stderr.write(`${output.slice(-8_000)}\n${image} was not built\n`);
    process.exit(1);
  }
  process.stdout.write(`${image}\n`);
}

function revision() {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
