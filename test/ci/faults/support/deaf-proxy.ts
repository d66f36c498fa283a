import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A way to Redis on which pub/sub may starve while everything else, answers to PING included, is in good health. */
export interface DeafProxy {
  readonly port: number;
  /** Drops messages of pub/sub on the connections that there are; new ones are not touched. */
  starve(): void;
  close(): Promise<void>;
}

const MESSAGE = '*3\r\n$7\r\nmessage\r\n';

export async function createDeafProxy(target: { readonly port: number }): Promise<DeafProxy> {
  const links = new Set<{ starved: boolean; readonly sockets: readonly Socket[] }>();
  const server = createServer((client) => {
    const upstream = connect(target.port, '127.0.0.1');
    const link = { starved: false, sockets: [client, upstream] };
    links.add(link);
    let held = Buffer.alloc(0);
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      for (let end = endOf(held, 0); end !== undefined; end = endOf(held, 0)) {
        const frame = held.subarray(0, end);
        if (!link.starved || !frame.toString('latin1').startsWith(MESSAGE)) client.write(frame);
        held = held.subarray(end);
      }
    });
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    starve: () => links.forEach((link) => (link.starved = true)),
    close: async () => {
      for (const { sockets } of links) for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where the RESP2 value that begins here ends; undefined while it is not all there. */
function endOf(bytes: Buffer, start: number): number | undefined {
  const line = bytes.indexOf('\r\n', start);
  if (line < 0) return undefined;
  const kind = String.fromCharCode(bytes[start] ?? 0);
  const after = line + 2;
  const count = Number(bytes.toString('latin1', start + 1, line));
  if (kind === '$') {
    const end = count < 0 ? after : after + count + 2;
    return end <= bytes.length ? end : undefined;
  }
  let at: number | undefined = after;
  for (let item = 0; kind === '*' && item < count && at !== undefined; item += 1) at = endOf(bytes, at);
  return at;
}
