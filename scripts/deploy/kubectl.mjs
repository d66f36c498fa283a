import { spawn } from 'node:child_process';

import { locate, parts } from '../parts.mjs';
import { root } from '../run.mjs';

/** The path of kubectl. */
export const kubectlProgram = () => locate(parts.find(({ name }) => name === 'kubectl')) ?? 'kubectl';

/** What kubectl said when it failed. */
export class KubectlError extends Error {}

/** Runs kubectl against the cluster that it points at, `input` as its stdin; resolves to what it prints, else rejects. */
export function kubectl(args, { input = '' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(kubectlProgram(), args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (chunk) => (out[name] += chunk));
    child.on('error', (error) => reject(new KubectlError(`kubectl cannot be run: ${error.message}`)));
    child.on('close', (code) =>
      code === 0
        ? resolve(out.stdout)
        : reject(new KubectlError(`kubectl ${args.join(' ')}\n${(out.stderr || out.stdout).trim()}`)),
    );
    child.stdin.on('error', () => undefined).end(input);
  });
}

/** As `kubectl`, of what prints JSON. */
export async function kubectlJson(args) {
  return JSON.parse(await kubectl([...args, '-o', 'json']));
}

/** Applies objects as they are, each field checked by the cluster. */
export function apply(objects) {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  return kubectl(['apply', '--validate=strict', '-f', '-'], { input: JSON.stringify(list) });
}
