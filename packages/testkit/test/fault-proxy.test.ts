import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createSystemClock } from '@parley/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFaultProxy, eventually } from '../src/index.js';
import type { FaultProxy } from '../src/index.js';

const clock = createSystemClock();
/** One end of a connection: what it read, and how it ended. */
interface End {
  readonly socket: Socket;
  readonly read: () => string;
  readonly ended: () => string | undefined;
}

let server: Server;
let proxy: FaultProxy;
let accepted: End[];
let opened: End[];

beforeEach(async () => {
  [accepted, opened] = [[], []];
  server = createServer({ allowHalfOpen: true }, (socket) => void accepted.push(follow(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await createFaultProxy({ target: { port: (server.address() as AddressInfo).port } });
});

afterEach(async () => {
  await proxy.close();
  for (const { socket } of [...accepted, ...opened]) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function follow(socket: Socket): End {
  const chunks: Buffer[] = [];
  let ended: string | undefined;
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  socket.on('end', () => void (ended ??= 'end'));
  socket.on('error', (error: NodeJS.ErrnoException) => void (ended ??= error.code));
  return { socket, read: () => Buffer.concat(chunks).toString(), ended: () => ended };
}

function open(): End {
  const end = follow(connect({ host: proxy.host, port: proxy.port, allowHalfOpen: true }));
  opened.push(end);
  return end;
}

/** A connection whose both ends are there. */
async function pair(): Promise<{ client: End; far: End }> {
  const before = accepted.length;
  const client = open();
  await until(() => accepted.length > before, 'the server is not reached');
  const far = accepted[before];
  if (far === undefined) throw new Error('no connection');
  return { client, far };
}

function until(holds: () => boolean, otherwise: string): Promise<void> {
  return eventually(clock, () => (holds() ? undefined : otherwise));
}

/** Long enough for what must not come to have come. */
function quiet(): Promise<void> {
  return new Promise((resolve) => void clock.after(100, resolve));
}

test('without faults bytes and ends go both ways', async () => {
  const { client, far } = await pair();
  client.socket.end('up');
  await until(() => far.read() === 'up' && far.ended() === 'end', 'not up');
  far.socket.end('down');
  await until(() => client.read() === 'down' && client.ended() === 'end', 'not down');
  await until(() => proxy.counts.open === 0, 'still open');
  expect(proxy.counts).toMatchObject({ accepted: 1, cut: 0, carried: { toServer: 2, toClient: 4 } });
});

test('latency: each byte arrives so much later, in order', async () => {
  proxy.set({ latencyMs: 150 });
  const { client, far } = await pair();
  const sentAt = clock.now();
  client.socket.write('a');
  client.socket.write('b');
  await until(() => far.read() === 'ab', 'nothing');
  expect(clock.now() - sentAt).toBeGreaterThanOrEqual(140);
});

test('bandwidth: bytes take their time', async () => {
  proxy.set({ bytesPerSecond: 100_000 });
  const { client, far } = await pair();
  const sentAt = clock.now();
  client.socket.write('x'.repeat(30_000));
  await until(() => far.read().length === 30_000, 'not all');
  expect(clock.now() - sentAt).toBeGreaterThanOrEqual(250);
});

test('blackhole: connections are accepted and carry nothing, and all of it arrives after healing', async () => {
  const { client, far } = await pair();
  proxy.set({ blackhole: true });
  client.socket.write('held');
  const late = open();
  late.socket.write('late');
  await until(() => late.socket.readyState === 'open', 'not accepted');
  await quiet();
  expect([far.read(), accepted.length]).toEqual(['', 1]);
  proxy.heal();
  await until(() => far.read() === 'held' && accepted[1]?.read() === 'late', 'lost');
});

test('reset: both ends get a RST, and new connections are accepted', async () => {
  const { client, far } = await pair();
  expect(proxy.reset()).toBe(1);
  await until(() => client.ended() === 'ECONNRESET' && far.ended() === 'ECONNRESET', 'no RST');
  await pair();
  expect(proxy.counts).toMatchObject({ accepted: 2, cut: 1 });
});

test.each(['client', 'server'] as const)(
  'half-open: the %s is gone, and the other end hears nothing of it',
  async (gone) => {
    const { client, far } = await pair();
    proxy.halfOpen(gone);
    const [lost, left] = gone === 'client' ? [client, far] : [far, client];
    await until(() => lost.ended() === 'ECONNRESET', 'still there');
    left.socket.write('anybody?');
    await quiet();
    expect(left.ended()).toBeUndefined();
  },
);

test.each(['toServer', 'toClient'] as const)(
  'swallow %s: the other direction goes on, healing resets',
  async (direction) => {
    const { client, far } = await pair();
    proxy.set({ swallow: direction });
    const [mute, heard] = direction === 'toServer' ? [client, far] : [far, client];
    mute.socket.write('swallowed');
    heard.socket.write('carried');
    await until(() => mute.read() === 'carried', 'not carried');
    await until(() => proxy.counts.swallowed[direction] === 9, 'not swallowed');
    expect(heard.read()).toBe('');
    proxy.heal();
    await until(() => client.ended() === 'ECONNRESET' && far.ended() === 'ECONNRESET', 'no RST');
  },
);

test('cut after N bytes: no more than so many arrive, then it is over', async () => {
  const { client, far } = await pair();
  proxy.set({ cutAfter: { toServer: 5 } });
  client.socket.write('123456789');
  // Bytes and a RST that arrive together are bytes and an end to who reads them by libuv.
  await until(() => far.ended() !== undefined && client.ended() === 'ECONNRESET', 'no RST');
  expect(proxy.counts.carried.toServer).toBe(5);
  expect('12345'.startsWith(far.read())).toBe(true);
});

test('refuse: new connections are reset, those that there are go on', async () => {
  const { client, far } = await pair();
  proxy.set({ refuse: true });
  const refused = open();
  await until(() => refused.ended() === 'ECONNRESET', 'accepted');
  client.socket.write('still here');
  await until(() => far.read() === 'still here', 'cut');
  expect(proxy.counts).toMatchObject({ accepted: 1, refused: 1 });
});

test('a sender is told to wait behind a blackhole: the proxy holds a bounded part of what comes', async () => {
  const { client } = await pair();
  proxy.set({ blackhole: true });
  client.socket.write(Buffer.alloc(64 * 1024 * 1024));
  await quiet();
  expect(client.socket.writableLength).toBeGreaterThan(32 * 1024 * 1024);
});
