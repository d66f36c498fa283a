import { readFileSync, readdirSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { runShell, start } from './processes.mjs';

/**
 * Runs README's start command in `cwd`, asks the application whether it is healthy and ready, and sends it SIGTERM.
 * Resolves to its start-up line. Throws if it does not come up in `seconds`, does not end with 0, or
 * leaves its port open.
 */
export async function tryStart(command, { cwd, env, seconds }) {
  const [port, adminPort] = [await freePort(), await freePort()];
  const steps = command.split('&&').map((step) => step.trim());
  for (const step of steps.slice(0, -1)) await runShell(step, { cwd, env, seconds });
  const application = start(steps.at(-1), {
    cwd,
    env: { ...env, PORT: String(port), ADMIN_PORT: String(adminPort) },
  });
  await until(seconds, application, async () => {
    for (const path of ['/healthz', '/readyz', '/']) await expectOk(`http://127.0.0.1:${port}${path}`);
  });
  // npm's own shell would die of the signal and leave the application behind: it goes to the application itself.
  process.kill(youngestOf(application.child.pid), 'SIGTERM');
  await stopped(application, 60);
  if (await isOpen(port)) throw new Error(`port ${port} is still open after ${steps.at(-1)} has ended`);
  return startUpLine(application.output(), port);
}

/** The end of the chain shell -> npm -> shell -> application. */
function youngestOf(pid) {
  const child = readdirSync('/proc').find((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return child ? youngestOf(Number(child)) : pid;
}

function parentOf(pid) {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function expectOk(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`GET ${url} answered ${response.status}`);
}

/** Tries `probe` until it does not throw; gives up when `seconds` are over or the application has ended. */
async function until(seconds, application, probe) {
  const giveUp = Date.now() + seconds * 1000;
  let ended = false;
  void application.ended.then(() => (ended = true));
  for (;;) {
    const problem = await probe().then(
      () => undefined,
      (error) => error.cause?.message ?? error.message,
    );
    if (problem === undefined) return;
    if (ended || Date.now() > giveUp) {
      const why = ended ? 'it ended' : `not up after ${seconds} s`;
      throw new Error(`the application did not start: ${why} (${problem})\n${application.output()}`);
    }
    await sleep(100);
  }
}

async function stopped(application, seconds) {
  const late = sleep(seconds * 1000, undefined, { ref: false });
  const end = await Promise.race([application.ended, late]);
  if (end?.code === 0) return;
  const how = end ? `ended with ${end.code ?? end.signal}` : `still runs ${seconds} s later`;
  throw new Error(`after SIGTERM the application ${how}; expected exit code 0\n${application.output()}`);
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true) || socket.destroy());
    socket.on('error', () => resolve(false));
  });
}

/** The line that names the address; all of the output if there is none. */
function startUpLine(output, port) {
  return output.split('\n').find((line) => line.includes(`:${port}`)) ?? output.trim();
}
