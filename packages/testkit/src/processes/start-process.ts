import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchLeaks } from '../leaks/watch-leaks.js';
import type { LeakWatch } from '../leaks/watch-leaks.js';

/** A program of this repository in a process of its own. */
export interface RunningProcess {
  readonly pid: number;
  /** The line in which it told where it is. */
  readonly startLine: string;
  /** The addresses in that line, in order. */
  readonly urls: readonly string[];
  /** What it has printed so far, both streams; the first four million characters. */
  output(): string;
  alive(): boolean;
  /** Resolves with its exit code, null after a signal. */
  readonly exited: Promise<number | null>;
  /** SIGTERM; resolves with its exit code. Rejects if a secret got out in its output or metrics (X10). */
  stop(): Promise<number | null>;
  /** SIGKILL. Rejects as `stop` does. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT: it stands still and knows nothing of it. */
  pause(): void;
  resume(): void;
}

/** What is started. */
export interface StartOptions {
  /** Path of the built `main.js`. */
  readonly main: string;
  readonly args?: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A scrape has so long before the signal, and goes on behind it. */
const SCRAPE_AHEAD_MS = 50;
const MAX_OUTPUT = 4_000_000;

/** Starts a program and waits for its start-up line (`Parley …`); rejects with its output when it ends before. */
export async function startProcess({ main, args = [], env }: StartOptions): Promise<RunningProcess> {
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const leaks = watchLeaks(env);
  let output = '';
  let isReady = false;
  // Once it has ended and all that it printed has been read.
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const startLine = await new Promise<string>((resolve, reject) => {
    const read = (stream: 'stdout' | 'stderr', chunk: string): void => {
      leaks.hear(stream, chunk);
      if (output.length < MAX_OUTPUT) output += chunk;
      // No longer than that: to look through all that it says would keep whoever started it from its own work.
      const line = isReady ? undefined : /^Parley .*(?=\n)/m.exec(output)?.[0];
      if (line === undefined) return;
      isReady = true;
      resolve(line);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => read('stdout', chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => read('stderr', chunk));
    child.once('error', reject);
    void exited.then((code) =>
      reject(new Error(`${main} ended with ${code} before it was ready:\n${output}`)),
    );
  });
  return {
    pid: child.pid ?? 0,
    startLine,
    urls: startLine.match(/https?:\/\/[\w.:[\]]+\w/g) ?? [],
    output: () => output,
    alive: () => isAlive(child),
    exited,
    stop: () => end({ child, exited, leaks, startLine }, 'SIGTERM'),
    kill: async () => void (await end({ child, exited, leaks, startLine }, 'SIGKILL')),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly leaks: LeakWatch;
  readonly startLine: string;
}

async function end(running: Running, signal: NodeJS.Signals): Promise<number | null> {
  const { child, exited, leaks, startLine } = running;
  // A kill comes at once: what a process has measured is looked at when it is stopped in peace.
  const scraped = signal === 'SIGTERM' && isAlive(child) ? leaks.scrape(startLine) : Promise.resolve();
  if (signal === 'SIGTERM') await Promise.race([scraped, sleep(SCRAPE_AHEAD_MS)]);
  if (isAlive(child)) child.kill(signal);
  const code = await exited;
  await scraped;
  leaks.check();
  return code;
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
