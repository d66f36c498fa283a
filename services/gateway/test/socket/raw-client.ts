import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { onTestFinished } from 'vitest';

import { eventually } from './rig.js';

/** A TCP client that says exactly what it is told, and all that it got. */
export interface RawClient {
  readonly tcp: Socket;
  readonly got: () => string;
  readonly bytes: () => number;
  readonly ended: () => boolean;
}

/** Connects; resolves when the connection stands. */
export async function rawClient(port: number, first = ''): Promise<RawClient> {
  const chunks: Buffer[] = [];
  let ended = false;
  const tcp = connect(port, '127.0.0.1');
  onTestFinished(() => void tcp.destroy());
  tcp.on('data', (chunk: Buffer) => void chunks.push(chunk));
  tcp.on('error', () => undefined);
  for (const end of ['end', 'close']) tcp.on(end, () => void (ended = true));
  await new Promise<void>((resolve, reject) => {
    tcp.once('connect', resolve);
    tcp.once('error', reject);
  });
  if (first !== '') tcp.write(first);
  return {
    tcp,
    got: () => Buffer.concat(chunks).toString('latin1'),
    bytes: () => chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    ended: () => ended,
  };
}

/** A raw client whose upgrade has been answered with 101. */
export async function upgraded(port: number): Promise<RawClient> {
  const client = await rawClient(port, upgradeRequest());
  await eventually(() => (client.got().includes('\r\n\r\n') ? undefined : `no answer but ${client.got()}`));
  if (!client.got().startsWith('HTTP/1.1 101 ')) throw new Error(client.got());
  return client;
}

/** Sends one request and gives all that comes back until the server ends the connection or `done` is satisfied. */
export async function ask(port: number, request: string, done = /\r\n\r\n/): Promise<string> {
  const client = await rawClient(port, request);
  await eventually(() =>
    client.ended() || done.test(client.got()) ? undefined : `no answer but ${client.got()}`,
  );
  client.tcp.destroy();
  return client.got();
}

/** The status of an HTTP answer. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

/** A proper upgrade; `change` replaces or (undefined) removes headers. */
export function upgradeRequest(
  change: Record<string, string | undefined> = {},
  line = 'GET /ws HTTP/1.1',
): string {
  const headers: Record<string, string | undefined> = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...change,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

/** One masked client frame. */
export function clientFrame(opcode: number, payload: Uint8Array, fin = true): Buffer {
  const head = [(fin ? 0x80 : 0) | opcode];
  if (payload.length < 126) head.push(0x80 | payload.length);
  else if (payload.length < 65_536) head.push(0xfe, payload.length >> 8, payload.length & 255);
  else head.push(0xff, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (payload.length >> shift) & 255));
  return Buffer.concat([Buffer.from(head), Buffer.alloc(4), payload]);
}
