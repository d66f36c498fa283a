import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real TURN server on loopback that takes credentials of the TURN REST scheme. */
export interface Coturn {
  readonly port: number;
  /** `turn:127.0.0.1:PORT?transport=udp` */
  readonly url: string;
  /** The usernames of all allocations made so far, one for each. */
  allocations(): readonly string[];
  /** What it has printed so far. */
  output(): string;
  /** Ends it and removes its files; idempotent. */
  stop(): Promise<void>;
}

/** What a TURN server is started with. */
export interface CoturnOptions {
  /** The path of `turnserver`. */
  readonly program: string;
  /** All secrets by which credentials may be signed. */
  readonly secrets: readonly string[];
  /** Further lines of its configuration, `max-allocate-lifetime=60`. */
  readonly settings?: readonly string[];
}

/** Others may take a port between finding it free and listening on it. */
const MOST_TRIES = 5;
const END_MS = 5_000;

/** Starts one on a free port; resolves when it listens, rejects with its output when it ends before. */
export async function startCoturn(options: CoturnOptions): Promise<Coturn> {
  const home = await mkdtemp(join(tmpdir(), 'parley-coturn-'));
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const file = join(home, `turnserver-${tries}.conf`);
    await writeFile(file, configuration(options, home, port), { mode: 0o600 });
    const child = spawn(options.program, ['-c', file], { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = { text: '' };
    const stop = async (): Promise<void> => {
      await end(child);
      await rm(home, { recursive: true, force: true });
    };
    const fate = await listening(child, printed, port);
    if (fate === 'listening') return coturn(port, printed, stop);
    await end(child);
    if (fate === 'taken' && tries < MOST_TRIES) continue;
    await stop();
    throw new Error(`turnserver does not listen on port ${port} (${fate}):\n${printed.text}`);
  }
}

function coturn(port: number, printed: { readonly text: string }, stop: () => Promise<void>): Coturn {
  return {
    port,
    url: `turn:127.0.0.1:${port}?transport=udp`,
    allocations: () =>
      [...printed.text.matchAll(/user <([^>]*)>: incoming packet ALLOCATE processed, success/g)].map(
        ([, username = '']) => username,
      ),
    output: () => printed.text,
    stop,
  };
}

/** The secrets stand in a file that only its owner reads, not among the arguments. */
function configuration({ secrets, settings = [] }: CoturnOptions, home: string, port: number): string {
  return [
    ...['listening-ip=127.0.0.1', 'relay-ip=127.0.0.1', `listening-port=${port}`, 'realm=parley.test'],
    ...['use-auth-secret', ...secrets.map((secret) => `static-auth-secret=${secret}`)],
    ...['fingerprint', 'no-tls', 'no-dtls', 'no-cli', 'allow-loopback-peers'],
    ...[`userdb=${join(home, 'turndb')}`, `pidfile=${join(home, 'turnserver.pid')}`],
    ...['log-file=stdout', 'simple-log', 'verbose', ...settings, ''],
  ].join('\n');
}

function listening(
  child: ChildProcess,
  printed: { text: string },
  port: number,
): Promise<'listening' | 'taken' | 'ended'> {
  return new Promise((resolve) => {
    const read = (chunk: Buffer): void => {
      printed.text += chunk.toString();
      if (/Cannot bind/.test(printed.text)) resolve('taken');
      const opened = printed.text.includes(`UDP listener opened on: 127.0.0.1:${port}`);
      if (opened && printed.text.includes('Total General servers')) resolve('listening');
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', () => resolve('ended'));
    child.once('exit', () => resolve('ended'));
  });
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await exited;
  clearTimeout(late);
}
