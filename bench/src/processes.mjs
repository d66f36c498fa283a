import { fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A generator process: `tell(act, options)` resolves with its answer. */
export function startGenerator() {
  const child = fork(new URL('./generator.mjs', import.meta.url));
  const waiting = new Map();
  let last = 0;
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(error));
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the generator ended with ${code}`));
  });
  return {
    tell: (act, options = {}) =>
      new Promise((resolve, reject) => {
        const id = (last += 1);
        waiting.set(id, { resolve, reject });
        child.send({ id, act, ...options });
      }),
    stop: () => child.kill(),
  };
}

/** Starts a program and resolves, once it has printed a line that matches, with `{ pid, line, stop() }`. */
export function startProgram(command, args, { env, ready }) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk) => {
      output = (output + chunk).slice(-100_000);
      const line = ready.exec(output)?.[0];
      if (line !== undefined) resolve({ pid: child.pid, line, stop: () => (child.kill('SIGKILL'), exited) });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    void exited.then((code) => reject(new Error(`${command} ended with ${code}:\n${output}`)));
  });
}

/** Milliseconds of CPU, user and system, that the process has used, as the kernel counts them (Linux; 10 ms grain). */
export function cpuMsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
