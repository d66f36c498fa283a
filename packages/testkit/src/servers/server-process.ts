import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A server of somebody else's, in a process and a private folder of its own. */
export interface ServerProcess {
  readonly port: number;
  /** Ends it and removes its folder. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL, and the same again on the same port and folder; `between` may change what lies there. */
  restart(between?: (folder: string) => Promise<void>): Promise<void>;
  /** What it keeps lies here. */
  readonly folder: string;
  /** SIGSTOP and SIGCONT: connections stay, nothing is answered. */
  pause(): void;
  resume(): void;
}

/** What is started. */
export interface ServerProgram {
  readonly file: string;
  readonly args: (where: { readonly port: number; readonly folder: string }) => readonly string[];
  /** In what it prints, once it takes connections. */
  readonly ready: RegExp;
}

interface Running {
  stop(signal: NodeJS.Signals): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const TRIES = 5;
const READY_MS = 15_000;

/** Starts it on a free port of 127.0.0.1; resolves once it takes connections. */
export async function startServerProcess(program: ServerProgram): Promise<ServerProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-server-'));
  let port = 0;
  let running: Running | undefined;
  let failure: unknown;
  // Somebody else may take the port between its choice and its use.
  for (let tries = 0; running === undefined && tries < TRIES; tries += 1) {
    port = await freePort();
    running = await run(program, { port, folder }).catch((error: unknown) => void (failure = error));
  }
  if (running === undefined) {
    await rm(folder, { recursive: true, force: true });
    throw failure instanceof Error ? failure : new Error(`${program.file} does not start`);
  }
  let present = running;
  return {
    port,
    stop: async () => {
      await present.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
    folder,
    restart: async (between) => {
      await present.stop('SIGKILL');
      await between?.(folder);
      present = await run(program, { port, folder });
    },
    pause: () => present.kill('SIGSTOP'),
    resume: () => present.kill('SIGCONT'),
  };
}

async function run(
  { file, args, ready }: ServerProgram,
  where: { readonly port: number; readonly folder: string },
): Promise<Running> {
  const child = spawn(file, args(where), { cwd: where.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  }).finally(() => process.off('exit', end));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(end, READY_MS);
    const hear = (chunk: Buffer): void => {
      if (output.length < 65_536) output += chunk.toString();
      if (!ready.test(output)) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    void exited.then(() => {
      clearTimeout(late);
      reject(new Error(`${path.basename(file)} ended before it was ready:\n${output.slice(-2_000)}`));
    });
  });
  return {
    kill: (signal) => void child.kill(signal),
    stop: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
