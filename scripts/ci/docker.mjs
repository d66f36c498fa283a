import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { run } from '../run.mjs';

const IMAGES = [
  { name: 'redis:7', file: 'redis.Dockerfile' },
  { name: 'nats:2', file: 'nats.Dockerfile' },
];
const BASE = 'debian:bookworm-slim';
const PACKAGES = ['docker.io', 'debootstrap', 'iptables'];
const PUBLISHED_ON = '127.0.0.1';

/**
 * Makes Docker work with the images that tests start servers from. Docker itself is installed and started where it is not
 * there (Debian, root). Images come from here, from a registry, or are built from Debian's packages.
 *
 * Returns at once: `installed` resolves when this machine's packages are left alone from here on, `ready` when all images
 * are there; both reject with what went wrong, `impossible: true` where this machine does not allow it. `end` stops what
 * was started, at any time; `env()` is what tests that start containers have to be told then.
 */
export function prepareDocker({ folder, say }) {
  const started = { engine: undefined };
  const installed = installTools(say);
  const ready = installed.then(() => haveImages({ folder, say, started }));
  for (const promise of [installed, ready]) promise.catch(() => undefined);
  return {
    installed,
    ready,
    end: () => void started.engine?.kill('SIGTERM'),
    // Inside a container testcontainers would look for published ports at the bridge's gateway.
    env: () => (started.engine === undefined ? {} : { TESTCONTAINERS_HOST_OVERRIDE: PUBLISHED_ON }),
  };
}

/** Nothing, where the images are there already. */
async function installTools(say) {
  const there = await Promise.all(IMAGES.map(({ name }) => isHere(name)));
  const needed = ['dockerd', 'debootstrap'].filter(
    (name) => !existsSync(`/usr/sbin/${name}`) && !existsSync(`/usr/bin/${name}`),
  );
  if (there.every(Boolean) || needed.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw impossible(`no ${needed.join(' and no ')}, which only root on Debian can install`);
  }
  say(`installing ${PACKAGES.join(', ')}`);
  await install(PACKAGES);
}

async function haveImages({ folder, say, started }) {
  await startEngine({ folder, started });
  for (const { name, file } of IMAGES) {
    if (await isThere(name)) continue;
    await haveBase({ folder, say });
    say(`building ${name}`);
    const dockerfile = path.join(import.meta.dirname, 'images', file);
    const env = { ...process.env, DOCKER_BUILDKIT: '0' };
    await must('docker', ['build', '-q', '-t', name, '-f', dockerfile, path.dirname(dockerfile)], { env });
  }
}

async function startEngine({ folder, started }) {
  if (await works()) return;
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'dockerd.log');
  const log = openSync(file, 'w');
  // What is published is published on loopback only.
  const engine = spawn('dockerd', ['--ip', PUBLISHED_ON], { stdio: ['ignore', log, log], detached: true });
  started.engine = engine;
  const ended = new Promise((resolve) => engine.once('error', resolve).once('exit', resolve));
  for (const deadline = Date.now() + 30_000; Date.now() < deadline && engine.exitCode === null;) {
    if (await works()) return;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 200))]);
  }
  engine.kill();
  const words = readFileSync(file, 'utf8').slice(-3_000);
  const isRefused = /operation not permitted|permission denied|needs to be started with root/i.test(words);
  throw isRefused
    ? impossible(`dockerd may not run here:\n${words}`)
    : new Error(`dockerd does not start:\n${words}`);
}

function impossible(why) {
  return Object.assign(new Error(why), { impossible: true });
}

async function works() {
  return (await run('docker', ['info'])).code === 0;
}

async function isHere(image) {
  return (await run('docker', ['image', 'inspect', image])).code === 0;
}

/** Here, or to be had from a registry. */
async function isThere(image) {
  if (await isHere(image)) return true;
  return (await run('docker', ['pull', '-q', image], { timeout: 60_000 })).code === 0;
}

async function haveBase({ folder, say }) {
  if (await isThere(BASE)) return;
  say(`building ${BASE}`);
  const root = path.join(folder, 'rootfs');
  await must('debootstrap', [
    '--variant=minbase',
    '--include=ca-certificates',
    'bookworm',
    root,
    ...mirror(),
  ]);
  await must('cp', [
    '/etc/ssl/certs/ca-certificates.crt',
    path.join(root, 'etc/ssl/certs/ca-certificates.crt'),
  ]);
  const tarball = path.join(folder, 'rootfs.tar');
  await must('tar', ['-C', root, '-cf', tarball, '.']);
  await must('docker', ['import', '-c', 'CMD ["bash"]', tarball, BASE]);
  await must('rm', ['-rf', root, tarball]);
}

/** The mirror that this machine uses. */
function mirror() {
  const file = '/etc/apt/sources.list.d/debian.sources';
  const uri = existsSync(file) ? /^URIs:\s*(\S+)/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return uri === undefined ? [] : [uri];
}

async function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await must('apt-get', ['update', '-qq'], { env });
  await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
}

async function must(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-3_000)}`);
}
