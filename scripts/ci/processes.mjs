import { spawn } from 'node:child_process';

const groups = new Set();

/** Kills every process group that is still running, with all that it has started. */
export function killAll() {
  for (const pid of groups) killGroup(pid);
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/**
 * Starts `command` through `sh` in a process group of its own, without stdin. The result has `child`, `output()`
 * (all so far) and `ended`, which resolves to `{ code, signal }` once it and its output have ended.
 */
export function start(command, { cwd, env, echo = false }) {
  const child = spawn('sh', ['-c', command], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  groups.add(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      if (echo) process.stdout.write(chunk);
    });
  }
  const ended = new Promise((resolve) => {
    child.on('error', () => resolve({ code: 127 }));
    child.on('close', (code, signal) => {
      killGroup(child.pid);
      groups.delete(child.pid);
      resolve({ code, signal });
    });
  });
  return { child, output: () => output, ended };
}

/** Runs `command` to its end and returns its output. Throws with the output's tail if it fails or takes over `seconds`. */
export async function runShell(command, { seconds, ...options }) {
  const { child, output, ended } = start(command, options);
  const timer = setTimeout(() => killGroup(child.pid), seconds * 1000);
  const started = Date.now();
  const { code, signal } = await ended;
  clearTimeout(timer);
  if (code === 0) return output();
  const how = signal
    ? `was killed by ${signal} after ${Math.round((Date.now() - started) / 1000)} s`
    : `ended with ${code}`;
  const tail = options.echo ? '' : `\n${output().slice(-8000)}`;
  throw Object.assign(new Error(`${command} ${how}${tail}`), { output: output() });
}
