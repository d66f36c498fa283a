/**
 * Continuous integration, for a fresh clone on Linux (`CI=true bash .ci/run`): check, build, installation as on
 * other platforms, and the README's two commands in a clone of this clone under every supported Node. Under its own Node
 * also `npm run test:ci`, and the suites of bus and store over servers that Docker starts. Stops at the first step that
 * fails. The last line is the closing line of the test runs, summed up.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { cloneName, deadlineMinutes, nodes, platforms, serverSuites, shorter } from './ci/config.mjs';
import { prepareDocker } from './ci/docker.mjs';
import { environmentOf, installNodes } from './ci/nodes.mjs';
import { killAll, runShell } from './ci/processes.mjs';
import { readmeCommands } from './ci/readme.mjs';
import { tryStart } from './ci/start-up.mjs';
import { readManifests } from './check/manifests.mjs';
import { root } from './run.mjs';
import { closingLine, readClosingLine } from './summary.mjs';

const deadline = Date.now() + deadlineMinutes * 60_000;
const secondsLeft = () => Math.max(1, (deadline - Date.now()) / 1000);
const folder = mkdtempSync(path.join(tmpdir(), 'parley-ci-'));
const env = { ...process.env, CI: 'true', NO_COLOR: '1', XDG_STATE_HOME: path.join(folder, 'state') };
const total = { passed: 0, failed: 0, skipped: 0 };
const times = [];
const notes = [];
let current = 'set-up';

const say = (line) => process.stdout.write(`${line}\n`);
const docker = prepareDocker({ folder: path.join(folder, 'docker'), say: (line) => say(`Docker: ${line}`) });

/** Runs one step and notes its time. What it throws ends the run. */
async function step(name, work) {
  say(`\n=== ${name}`);
  current = name;
  const started = Date.now();
  await work();
  times.push(`${((Date.now() - started) / 1000).toFixed(1).padStart(7)} s  ${name}`);
}

const shell = (command, options = {}) =>
  runShell(command, { cwd: root, env, seconds: secondsLeft(), ...options });

async function main() {
  await step('npm ci', () => shell('npm ci'));
  const names = platforms.map(({ os, cpu }) => `npm ci --os=${os} --cpu=${cpu}`);
  await step(['npm run check', ...names].join(', '), async () => {
    const check = shell('npm run check', { echo: true });
    await Promise.all([check, installOnOthers()]);
  });
  await step('npm run build', () => shell('npm run build'));
  await step('Node versions', () => installNodes({ root, folder, env, seconds: secondsLeft() }));
  // What the tests install must not meet what Docker installs.
  await step('packages for Docker', () => docker.installed.catch(() => undefined));
  for (const node of nodes) await freshClone(node);
}

async function installOnOthers() {
  for (const platform of platforms) await installAs(platform);
}

/** What `npm ci` needs, and nothing else: the manifests and the lockfile. */
async function installAs({ os, cpu }) {
  const home = path.join(folder, os);
  for (const file of [...readManifests(root).map((one) => one.file), 'package-lock.json']) {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(home, file));
  }
  await shell(`npm ci --ignore-scripts --os=${os} --cpu=${cpu}`, { cwd: home });
  rmSync(home, { recursive: true, force: true });
}

/** The README's commands, nothing else, in a clone whose folder has a space and Hangul in its name. */
async function freshClone({ name, program, only, ci }) {
  const cwd = path.join(folder, name, cloneName);
  const nodeEnv = { ...environmentOf(program, { folder, env }), ...(program && shorter) };
  const version = (await shell('node --version', { env: nodeEnv })).trim();
  await shell(`git clone --quiet . "${cwd}"`);
  const commands = readmeCommands(readFileSync(path.join(cwd, 'README.md'), 'utf8'));
  await step(`Node ${version}: ${commands.start}`, async () => {
    say(await tryStart(commands.start, { cwd, env: nodeEnv, seconds: Math.min(120, secondsLeft()) }));
  });
  // What the README's first command has installed for another Node is what its second one would install again.
  const suite = only.length > 0 ? `npm test -- ${only.join(' ')}` : commands.test;
  await step(`Node ${version}: ${suite}`, () => runSuite(suite, cwd, nodeEnv));
  if (ci) {
    await step(`Node ${version}: npm run test:ci`, () => runSuite('npm run test:ci', cwd, nodeEnv));
    await step(`Node ${version}: bus and store over Docker`, () => runOverDocker(cwd, nodeEnv));
  }
  rmSync(path.dirname(cwd), { recursive: true, force: true });
}

/** A machine that does not allow Docker is told of at the end; Docker that fails where it is allowed is a failure. */
async function runOverDocker(cwd, nodeEnv) {
  const late = sleep(secondsLeft() * 1000, new Error('it is not ready in time'), { ref: false });
  const ready = docker.ready.then(() => undefined);
  const failure = await Promise.race([ready, late]).catch((error) => error);
  if (failure?.impossible) {
    notes.push(
      `NOT RUN: docker - bus and store over servers in containers (impossible here: ${failure.message})`,
    );
    return;
  }
  if (failure) throw new Error(`Docker cannot be had: ${failure.message}`);
  await runSuite(`npm test -- ${serverSuites.join(' ')}`, cwd, {
    ...{ ...nodeEnv, ...docker.env() },
    PARLEY_SERVERS: 'docker',
  });
}

async function runSuite(command, cwd, nodeEnv) {
  try {
    count(await shell(command, { cwd, env: nodeEnv, echo: true }));
  } catch (error) {
    count(error.output ?? '');
    throw error;
  }
}

function count(output) {
  const counts = readClosingLine(output);
  if (!counts) throw new Error('the test run printed no closing line');
  for (const key of Object.keys(total)) total[key] += counts[key];
}

function finish(failure) {
  killAll();
  docker.end();
  rmSync(folder, { recursive: true, force: true });
  say(`\n${[...times, ...notes].join('\n')}`);
  if (failure) {
    total.failed = Math.max(1, total.failed);
    say(`\nFAILED: ${current}: ${failure.message ?? failure}`);
  }
  say(closingLine(total));
  process.exit(failure || total.failed > 0 || total.skipped > 0 ? 1 : 0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => finish(new Error(`stopped by ${signal}`)));
}
process.on('exit', killAll);
await main().then(() => finish(), finish);
