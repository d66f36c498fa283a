import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A way to a NATS server on which no acknowledgement of a stored value ever arrives: the link ends in its place. */
export interface AckCutter {
  readonly port: number;
  /** Acknowledgements that were cut off. */
  cuts(): number;
  close(): Promise<void>;
}

const STORED = 'PUB $KV.';
const ACKNOWLEDGED = '"seq":';

/** Listens on a free port; resolves once connections are taken. */
export async function createAckCutter(target: {
  readonly host: string;
  readonly port: number;
}): Promise<AckCutter> {
  const open = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(target);
    let isWriting = false;
    const end = (): void => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        open.delete(socket);
      }
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true).on('close', end).on('error', end);
    }
    client.on('data', (chunk) => {
      isWriting ||= chunk.includes(STORED);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!isWriting || !chunk.includes(ACKNOWLEDGED)) return void client.write(chunk);
      cuts += 1;
      end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => cuts,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}
