import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Runs a program in the repository's root; resolves to what it printed on stdout, rejects with all that it printed. */
export function runIn(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...env } });
    const [out, all] = [[] as string[], [] as string[]];
    child.stdout.on('data', (chunk: Buffer) => void (out.push(String(chunk)), all.push(String(chunk))));
    child.stderr.on('data', (chunk: Buffer) => all.push(String(chunk)));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve(out.join('').trim())
        : reject(
            new Error(`${program} ${args.join(' ')} ended with ${code}:\n${all.join('').slice(-4_000)}`),
          ),
    );
  });
}

/** As `runIn`, of Docker. */
export function docker(...args: readonly string[]): Promise<string> {
  return runIn('docker', args);
}

/** All that a container has printed, on both streams. */
export function logsOf(container: string): Promise<string> {
  return runIn('docker', ['logs', container]).then(
    async (out) => out,
    (error: unknown) => String(error),
  );
}
