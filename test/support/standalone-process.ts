import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const STANDALONE = 'apps/standalone/dist/main.js';

/** A standalone app in a process of its own, as `npm start` runs it. */
export interface StandaloneProcess {
  /** `http://127.0.0.1:PORT`; with `--lan` `https://` and an address in the network. */
  readonly url: string;
  readonly adminUrl: string;
  readonly startLine: string;
  /** What it has printed so far, both streams. */
  output(): string;
  /** Ends it with SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** The environment of a test's standalone app: free ports, its own state folder, nothing from the developer's shell. */
export function standaloneEnv(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', SystemRoot = '' } = process.env;
  const state = mkdtempSync(join(tmpdir(), 'parley-state-'));
  return {
    PATH,
    HOME,
    SystemRoot,
    PORT: '0',
    ADMIN_PORT: '0',
    XDG_STATE_HOME: state,
    LOCALAPPDATA: state,
    ...env,
  };
}

/** Starts one and waits for its start-up line; rejects with its output when it ends before. */
export async function startStandalone(
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<StandaloneProcess> {
  const started = await startMain(STANDALONE, env, args);
  const [url, adminUrl] = started.startLine.match(/https?:\/\/[\w.:]+\w/g) ?? [];
  if (url === undefined || adminUrl === undefined) throw new Error(`no addresses in: ${started.startLine}`);
  return { ...started, url, adminUrl };
}

/** Starts a built program of this repository; otherwise as `startStandalone`. */
export async function startMain(
  main: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<Omit<StandaloneProcess, 'url' | 'adminUrl'>> {
  const child = spawn(process.execPath, [pathOf(main), ...args], {
    env: standaloneEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const startLine = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const line = /^Parley .*$/m.exec(output)?.[0];
      if (line !== undefined && output.includes(`${line}\n`)) resolve(line);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then((code) =>
      reject(new Error(`${main} ended with ${code} before it was ready:\n${output}`)),
    );
  });
  return {
    startLine,
    output: () => output,
    stop: () => end(child, 'SIGTERM', exited),
    kill: async () => void (await end(child, 'SIGKILL', exited)),
  };
}

/** Runs one that is expected to end by itself; resolves with its exit code and output. */
export function runStandalone(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  return runMain(STANDALONE, env);
}

/** Runs a built program of this repository to its end. */
export async function runMain(
  main: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [pathOf(main), ...args], { env: standaloneEnv(env) });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

function pathOf(main: string): string {
  return fileURLToPath(new URL(`../../${main}`, import.meta.url));
}

function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
  exited: Promise<number | null>,
): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return exited;
}
