import { chooseSource, serverProgram } from './server-choice.js';
import { startServerContainer } from './server-container.js';
import { startServerProcess } from './server-process.js';
import type { ServerProcess } from './server-process.js';

/** A real NATS that nobody else uses, empty at the start. */
export interface NatsServer {
  /** `nats://host:port` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** For faults of the process itself; undefined in a container. */
  readonly process: Pick<ServerProcess, 'restart' | 'pause' | 'resume' | 'folder'> | undefined;
  stop(): Promise<void>;
}

/** How it is started. */
export interface NatsServerOptions {
  /** With JetStream; what it keeps in files goes with the server. */
  readonly jetstream?: boolean;
  /** `path`: a program; `docker`: the image `nats:2`. Default: as the environment says (`chooseSource`). */
  readonly via?: 'path' | 'docker';
  /** Further arguments of nats-server. */
  readonly args?: readonly string[];
}

const PROGRAM = 'PARLEY_NATS_SERVER';
const READY = /Server is ready/;

/** Starts a NATS on loopback, on a free port; resolves once it takes connections. */
export async function startNats(options: NatsServerOptions = {}): Promise<NatsServer> {
  const { args = [] } = options;
  const source = chooseSource(PROGRAM, options.via);
  const store = (folder: string): string[] => (options.jetstream === true ? ['-js', '-sd', folder] : []);
  if (source.via === 'docker') {
    const command = ['-a', '0.0.0.0', ...store('/data'), ...args];
    const { host, port, stop } = await startServerContainer({
      ...{ image: 'nats:2', port: 4222, command, ready: READY },
    });
    return { url: `nats://${host}:${port}`, host, port, process: undefined, stop };
  }
  const running = await startServerProcess({
    file: source.file,
    ready: READY,
    args: ({ port, folder }) => ['-a', '127.0.0.1', '-p', String(port), ...store(folder), ...args],
  });
  const { port } = running;
  return { url: `nats://127.0.0.1:${port}`, host: '127.0.0.1', port, process: running, stop: running.stop };
}

/** Whether it can be had as a process, which can be killed, paused and given a second node; not where there is Docker alone. */
export function hasNatsProgram(): boolean {
  return serverProgram(PROGRAM) !== undefined;
}
