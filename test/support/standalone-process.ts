import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess } from '@parley/testkit';
import type { RunningProcess } from '@parley/testkit';

const STANDALONE = 'apps/standalone/dist/main.js';

/** A standalone app in a process of its own, as `npm start` runs it. */
export interface StandaloneProcess extends RunningProcess {
  /** `http://127.0.0.1:PORT`; with `--lan` `https://` and an address in the network. */
  readonly url: string;
  readonly adminUrl: string;
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
    // So that everything that can be logged is looked at for secrets.
    LOG_LEVEL: 'debug',
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
  const running = await startMain(STANDALONE, env, args);
  const [url, adminUrl] = running.urls;
  if (url === undefined || adminUrl === undefined) throw new Error(`no addresses in: ${running.startLine}`);
  return { ...running, url, adminUrl };
}

/** Starts a built program of this repository; otherwise as `startStandalone`. */
export function startMain(
  main: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<RunningProcess> {
  return startProcess({ main: pathOf(main), args, env: standaloneEnv(env) });
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
