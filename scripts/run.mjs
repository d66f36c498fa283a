import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, whatever the working directory is. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * The script of an installed command line tool, to be run by `node` itself: no shell, so that a folder
 * whose name has spaces or Hangul needs no quoting, and cmd.exe needs no `.cmd` twin.
 */
export function toolScript(packageName, command) {
  const folder = path.join(root, 'node_modules', ...packageName.split('/'));
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/**
 * Runs `command` without a shell and resolves to `{ code, output }` when it has ended; never rejects.
 * `echo: true` also shows the output as it comes. A command that cannot be started has code 127.
 */
export function run(command, args, { echo = false, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const take = (stream) => (chunk) => {
      output += chunk;
      if (echo) stream.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', take(process.stdout));
    child.stderr.setEncoding('utf8').on('data', take(process.stderr));
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) => resolve({ code: code ?? 128, output, signal }));
  });
}

/** As {@link run}, for the tool of an installed package. */
export function runTool(packageName, command, args, options) {
  return run(process.execPath, [toolScript(packageName, command), ...args], options);
}
