import { chooseSource, serverProgram } from './server-choice.js';
import { startServerContainer } from './server-container.js';
import { startServerProcess } from './server-process.js';
import type { ServerProcess } from './server-process.js';

/** A real Redis that nobody else uses, empty at the start. */
export interface RedisServer {
  /** `redis://host:port` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** For faults of the process itself; undefined in a container. */
  readonly process: Pick<ServerProcess, 'restart' | 'pause' | 'resume' | 'folder'> | undefined;
  stop(): Promise<void>;
}

/** How it is started. */
export interface RedisServerOptions {
  /** `path`: a program; `docker`: the image `redis:7`. Default: as the environment says (`chooseSource`). */
  readonly via?: 'path' | 'docker';
  /** Further arguments of redis-server. */
  readonly args?: readonly string[];
}

const PROGRAM = 'PARLEY_REDIS_SERVER';
const READY = /Ready to accept connections/;
const SETTINGS = ['--save', '', '--appendonly', 'no'];

/** Starts a Redis on loopback, on a free port; resolves once it takes connections. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { args = [] } = options;
  const source = chooseSource(PROGRAM, options.via);
  if (source.via === 'docker') {
    const server = { image: 'redis:7', port: 6379, command: ['redis-server', ...SETTINGS, ...args] };
    const { host, port, stop } = await startServerContainer({ ...server, ready: READY });
    return { url: `redis://${host}:${port}`, host, port, process: undefined, stop };
  }
  const running = await startServerProcess({
    file: source.file,
    ready: READY,
    args: ({ port, folder }) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...SETTINGS,
      ...args,
    ],
  });
  const { port } = running;
  return { url: `redis://127.0.0.1:${port}`, host: '127.0.0.1', port, process: running, stop: running.stop };
}

/** Whether it can be had as a process, which can be killed, paused and given a second node; not where there is Docker alone. */
export function hasRedisProgram(): boolean {
  return serverProgram(PROGRAM) !== undefined;
}
