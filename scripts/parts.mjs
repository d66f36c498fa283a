import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { lookForCluster } from './parts/cluster.mjs';
import { lookForDocker } from './parts/docker.mjs';
import { lookForUws } from './parts/uws.mjs';
import { run } from './run.mjs';

/**
 * The real things that some tests need. A test that needs parts lives in a file named after them (`*.chromium.test.ts`,
 * `*.redis.nats.test.ts`); without one of them the file is left out of the run and listed, so that nothing is skipped
 * silently.
 *
 * Each row: `name`; `why` and `howToGet`, for the closing block of `npm test`; `debian`, the packages that bring it;
 * `with`, the names of parts that its tests need too. A program has `variable`, which carries its path to the tests and
 * which a user may set; `programs`, looked for on the PATH; `places`, where it is found otherwise; `image`, of a server
 * that Docker may bring instead: the path is then the word `docker`. Anything else has `look()`, which answers as
 * `lookFor` does.
 */
export const parts = [
  {
    name: 'chromium',
    variable: 'PARLEY_CHROMIUM',
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'],
    places: chromiumPlaces,
    debian: ['chromium'],
    why: 'real browsers hold a call',
    howToGet:
      'install Chrome or Chromium (Debian: apt-get install chromium), or set PARLEY_CHROMIUM to its path',
  },
  {
    name: 'firefox',
    variable: 'PARLEY_FIREFOX',
    programs: ['firefox', 'firefox-esr'],
    places: firefoxPlaces,
    debian: ['firefox-esr'],
    with: ['chromium'],
    why: 'Firefox and Chromium hold a call',
    howToGet: 'install Firefox (Debian: apt-get install firefox-esr), or set PARLEY_FIREFOX to its path',
  },
  {
    name: 'coturn',
    variable: 'PARLEY_TURNSERVER',
    programs: ['turnserver'],
    places: () => ['/opt/homebrew/bin/turnserver', '/usr/local/bin/turnserver'],
    debian: ['coturn'],
    why: 'calls run through a real TURN server',
    howToGet: 'install coturn (Debian: apt-get install coturn), or set PARLEY_TURNSERVER to its path',
  },
  {
    name: 'redis',
    variable: 'PARLEY_REDIS_SERVER',
    programs: ['redis-server', 'valkey-server'],
    places: () => ['/opt/homebrew/bin/redis-server', '/usr/local/bin/redis-server'],
    image: 'redis:7',
    debian: ['redis-server'],
    why: 'the cluster runs over a real Redis',
    howToGet:
      'install Redis 7 (Debian: apt-get install redis-server), or start Docker, or set PARLEY_REDIS_SERVER to its path',
  },
  {
    name: 'nats',
    variable: 'PARLEY_NATS_SERVER',
    programs: ['nats-server'],
    places: () => ['/opt/homebrew/bin/nats-server', '/usr/local/bin/nats-server'],
    image: 'nats:2',
    debian: ['nats-server'],
    why: 'the cluster runs over a real NATS',
    howToGet:
      'install nats-server (Debian: apt-get install nats-server), or start Docker, or set PARLEY_NATS_SERVER to its path',
  },
  {
    name: 'kubectl',
    variable: 'PARLEY_KUBECTL',
    programs: ['kubectl'],
    places: () => ['/opt/homebrew/bin/kubectl', '/usr/local/bin/kubectl'],
    debian: [],
    why: 'the Kubernetes manifests render and keep to their rules',
    howToGet: 'install kubectl 1.27 or newer, or set PARLEY_KUBECTL to its path',
  },
  {
    name: 'docker',
    look: lookForDocker,
    debian: [],
    why: 'the images are built, and run as they are delivered',
    howToGet: 'Docker with its compose plugin, and the images node:22-bookworm-slim, debian, redis and nats',
  },
  {
    name: 'kubernetes',
    with: ['kubectl'],
    look: lookForCluster,
    debian: [],
    why: 'a real Kubernetes runs the manifests',
    howToGet:
      'a Kubernetes 1.30 or newer of your own for tests, which kubectl points at (KUBECONFIG), and Go',
  },
  {
    name: 'deployed',
    look: () => ({ found: Boolean(process.env.PARLEY_DEPLOYED) }),
    debian: [],
    why: 'a Parley that runs elsewhere speaks the protocol',
    howToGet: 'npm run k8s -- dev deploys one to the cluster of kubectl, and runs them',
  },
  {
    name: 'promtool',
    variable: 'PARLEY_PROMTOOL',
    programs: ['promtool'],
    places: () => ['/opt/homebrew/bin/promtool', '/usr/local/bin/promtool'],
    debian: ['prometheus'],
    why: 'metrics, alerts and the queries of dashboards are what Prometheus understands',
    howToGet: 'install Prometheus (Debian: apt-get install prometheus), or set PARLEY_PROMTOOL to its path',
  },
  {
    name: 'prometheus',
    variable: 'PARLEY_PROMETHEUS',
    programs: ['prometheus'],
    places: () => ['/opt/homebrew/bin/prometheus', '/usr/local/bin/prometheus'],
    debian: ['prometheus'],
    why: 'a real Prometheus watches a cluster',
    howToGet: 'install Prometheus (Debian: apt-get install prometheus), or set PARLEY_PROMETHEUS to its path',
  },
  {
    name: 'uws',
    look: lookForUws,
    debian: [],
    why: 'the sockets of the gateway keep their contract on uWebSockets.js',
    howToGet: 'npm ci on Linux x64 with glibc, under Node 20 or 22 (Node 24 needs glibc 2.38 or later)',
  },
];

/** The parts that a test file needs: those that its name names, and those that they come with. */
export function partsOf(file, table = parts) {
  const words = path.posix.basename(file).split('.').slice(1, -2);
  const named = table.filter(({ name }) => words.includes(name));
  return table.filter((part) => named.includes(part) || named.some((one) => one.with?.includes(part.name)));
}

function chromiumPlaces(env) {
  const windows = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap((name) => env[name] ?? []);
  return [
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...windows.map((folder) => path.join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')),
    ...windows.map((folder) => path.join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe')),
  ];
}

function firefoxPlaces(env) {
  const windows = ['ProgramFiles', 'ProgramFiles(x86)'].flatMap((name) => env[name] ?? []);
  return [
    '/usr/lib/firefox/firefox',
    '/opt/firefox/firefox',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    ...windows.map((folder) => path.join(folder, 'Mozilla Firefox', 'firefox.exe')),
  ];
}

/**
 * What this machine has of the part: `{ found, path?, problem?, impossible? }`. `problem` is why it cannot be used, in
 * the words of who tried; `impossible` is true where nothing that could be installed would help. `containers`: a server
 * that Docker can start will do too, where nothing has to happen to its process.
 */
export function lookFor(part, { env = process.env, containers = false, hasImage = dockerHas } = {}) {
  if (part.look) return part.look();
  const file = env[part.variable] === DOCKER ? undefined : locate(part, env);
  if (
    file === undefined &&
    containers &&
    part.image !== undefined &&
    isFree(env[part.variable]) &&
    hasImage(part.image)
  )
    return { found: true, path: DOCKER };
  return { found: file !== undefined, path: file };
}

/** What stands in place of a path where Docker starts the server. */
const DOCKER = 'docker';

/** A path that the user named is the only place to look at. */
function isFree(named) {
  return named === undefined || named === '' || named === DOCKER;
}

const images = new Map();

/** Whether Docker runs here and has the image, or can get it in a minute. Asked once. */
function dockerHas(image) {
  const docker = (...args) => spawnSync('docker', args, { stdio: 'ignore', timeout: 60_000 }).status === 0;
  if (!images.has(image))
    images.set(image, docker('image', 'inspect', image) || (docker('info') && docker('pull', '-q', image)));
  return images.get(image);
}

/**
 * What becomes of a test file that needs these parts: `run`, `impossible` where every part that is absent is impossible
 * here, else `not-run`. `looks` is a map from part to what `lookFor` found.
 */
export function fateOf(needs, looks) {
  const absent = needs.map((part) => looks.get(part)).filter(({ found }) => !found);
  if (absent.length === 0) return 'run';
  return absent.every(({ impossible }) => impossible) ? 'impossible' : 'not-run';
}

/** The path of the program on this machine, or undefined. A path that the user named is the only one looked at. */
export function locate(part, env = process.env) {
  const named = env[part.variable];
  if (named) return existsSync(named) ? named : undefined;
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter(Boolean);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const onPath = folders.flatMap((folder) => part.programs.map((name) => path.join(folder, name + suffix)));
  return [...onPath, ...part.places(env)].find((file) => existsSync(file));
}

/** Installs the Debian packages of `missing` parts; tells in words why it could not, else undefined. */
export async function install(missing) {
  const packages = missing.flatMap((part) => part.debian);
  if (packages.length === 0) return 'no Debian package brings it';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return 'needs Debian and root';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { code, output } = await run('/usr/bin/apt-get', args, { env });
    if (code !== 0) return `apt-get ${args.join(' ')} ended with ${code}:\n${output.slice(-2000)}`;
  }
  return undefined;
}
