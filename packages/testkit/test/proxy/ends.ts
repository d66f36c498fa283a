import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createSystemClock } from '@parley/kit';
import { onTestFinished } from 'vitest';
import { createFaultProxy, eventually } from '../../src/index.js';
import type { FaultProxy, FaultProxyOptions } from '../../src/index.js';

/** One end of a connection, with what has come. */
export interface End {
  readonly socket: Socket;
  readonly text: () => string;
  /** How it stands: `open`, `ended` (the other end has said so), `closed`, or the code of an error. */
  readonly state: () => string;
}

/** A proxy before a server that says nothing by itself. */
export interface Scene {
  readonly proxy: FaultProxy;
  /** The ends of the server, in the order of the connections. */
  readonly served: readonly End[];
  /** Connects through the proxy; resolves when the client is connected, or cannot be. */
  open(): Promise<End>;
  /** Sends something forth and back through another proxy: what nothing stood in the way of has happened by then. */
  barrier(): Promise<void>;
}

/** Waits until the reason is gone. */
export const until = (reason: () => string | undefined): Promise<void> =>
  eventually(createSystemClock(), reason);

/** Waits until this end has got this text. */
export const got = ({ text }: End, wanted: string): Promise<void> =>
  until(() => (text() === wanted ? undefined : `"${text()}" instead of "${wanted}"`));

/** Waits until this end is in that state. */
export const is = ({ state }: End, wanted: string): Promise<void> =>
  until(() => (state() === wanted ? undefined : `${state()} instead of ${wanted}`));

/**
 * Waits until this end has found out that its connection was reset. One that has read something just before is told of an
 * end instead (so does libuv), and finds out when it writes.
 */
export const wasReset = ({ state, socket }: End): Promise<void> =>
  until(() => {
    if (state() === 'ended') socket.write('x');
    return ['ECONNRESET', 'EPIPE'].includes(state()) ? undefined : `${state()} instead of a reset`;
  });

/** Starts a server and a proxy before it; both end with the test. */
export async function startScene(options: Omit<FaultProxyOptions, 'target'> = {}): Promise<Scene> {
  const served: End[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    served.push(endOf(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy = await createFaultProxy({ ...options, target: { port } });
  onTestFinished(async () => {
    await proxy.close();
    served.forEach(({ socket }) => socket.destroy());
    server.close();
  });
  const dial = async (to: number): Promise<End> => {
    const socket = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true, noDelay: true });
    onTestFinished(() => void socket.destroy());
    const end = endOf(socket);
    await new Promise<void>((resolve) => socket.once('connect', resolve).once('error', () => resolve()));
    return end;
  };
  return {
    proxy,
    served,
    open: () => dial(proxy.port),
    async barrier() {
      const probe = await createFaultProxy({ target: { port } });
      const before = served.length;
      const client = await dial(probe.port);
      for (let round = 1; round <= 5; round += 1) {
        client.socket.write('x');
        await until(() => (served[before]?.text().length === round ? undefined : 'not there'));
        served[before]?.socket.write('x');
        await got(client, 'x'.repeat(round));
      }
      await probe.close();
      served.splice(before, 1);
    },
  };
}

function endOf(socket: Socket): End {
  let text = '';
  let state = 'open';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  socket.on('end', () => (state = 'ended'));
  socket.on('error', (error: NodeJS.ErrnoException) => (state = error.code ?? error.message));
  socket.on('close', (failed) => (state = failed ? state : 'closed'));
  return { socket, text: () => text, state: () => state };
}
