import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** A program of this repository in a process of its own. */
export interface RunningProcess {
  readonly pid: number;
  /** The line in which it told where it is. */
  readonly startLine: string;
  /** The addresses in that line, in order. */
  readonly urls: readonly string[];
  /** What it has printed so far, both streams; the first million characters. */
  output(): string;
  alive(): boolean;
  /** Resolves with its exit code, null after a signal. */
  readonly exited: Promise<number | null>;
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
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

const MAX_OUTPUT = 1_000_000;

/** Starts a program and waits for its start-up line (`Parley …`); rejects with its output when it ends before. */
export async function startProcess({ main, args = [], env }: StartOptions): Promise<RunningProcess> {
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const startLine = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      if (output.length < MAX_OUTPUT) output += chunk.toString();
      const line = /^Parley .*(?=\n)/m.exec(output)?.[0];
      if (line !== undefined) resolve(line);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
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
    stop: () => end(child, 'SIGTERM', exited),
    kill: async () => void (await end(child, 'SIGKILL', exited)),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
  exited: Promise<number | null>,
): Promise<number | null> {
  if (isAlive(child)) child.kill(signal);
  return exited;
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
