import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { listenNet } from '../../../src/socket/listen-net.js';
import { SocketError } from '../../../src/socket/port.js';
import { runServerOnce } from '../child.js';
import { rawClient, upgradeRequest } from '../raw-client.js';
import { closeOf, eventually, nextMessage, rig, wsClient } from '../rig.js';
import type { Driver } from '../rig.js';
import { testTls } from '../test-tls.js';
import { crankedClock } from '../cranked-clock.js';

const empty = { upgrades: [], routes: [], onFault: () => undefined };

const refused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const tcp = connect(port, '127.0.0.1');
    tcp.once('connect', () => resolve(false)).once('error', () => resolve(true));
    onTestFinished(() => void tcp.destroy());
  });

/** A port that was free a moment ago: a restart with connections left behind can only be seen on a chosen port. */
async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listenNet(probe, '127.0.0.1', 0);
  await new Promise((closed) => probe.close(closed));
  return port;
}

async function listenError(driver: Driver, host: string, port: number): Promise<unknown> {
  const server = driver.create(empty, crankedClock());
  onTestFinished(() => server.dispose());
  return server.listen(host, port).then(
    () => 'listens',
    (error: unknown) => error,
  );
}

/** U11, TLS, and the end of a server. */
export function listeningCases(driver: Driver): void {
  ports(driver);
  endings(driver);
  tls(driver);
}

function ports(driver: Driver): void {
  test('U11 a second server on the port is refused, and the first goes on', async () => {
    const { port } = await rig(driver);
    const error = await listenError(driver, '127.0.0.1', port);
    expect(error).toBeInstanceOf(SocketError);
    expect(error).toMatchObject({ code: 'address-in-use' });
    expect((error as Error).message).toContain(`127.0.0.1:${port}`);
    const client = await wsClient(port);
    const back = nextMessage(client);
    client.send('on');
    expect((await back).bytes.toString()).toBe('on');
  });

  test('U11 a port that another process holds is refused', async () => {
    const script =
      "const s=require('net').createServer().listen(0,'127.0.0.1',()=>console.log(s.address().port))";
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(await listenError(driver, '127.0.0.1', Number(line))).toMatchObject({ code: 'address-in-use' });
  });

  test('an address that is not ours cannot be listened on, and the reason is told', async () => {
    const error = await listenError(driver, '192.0.2.1', 0);
    expect(error).toMatchObject({ code: 'cannot-listen' });
    expect((error as Error).message).toMatch(/EADDRNOTAVAIL|cannot assign/i);
  });

  test('a port is free again at once after dispose, also when connections had been open', async () => {
    const { port, server, seen } = await rig(driver, { port: await freePort() });
    const ended = closeOf(await wsClient(port));
    seen[0]?.socket.close(4000, '');
    await ended;
    await wsClient(port);
    await server.dispose();
    const next = driver.create(empty, crankedClock());
    onTestFinished(() => next.dispose());
    expect(await next.listen('127.0.0.1', port)).toBe(port);
  });
}

function endings(driver: Driver): void {
  test('stopListening takes no new connection and keeps the sockets', async () => {
    const { port, server, seen } = await rig(driver);
    const client = await wsClient(port);
    server.stopListening();
    server.stopListening();
    expect(await refused(port)).toBe(true);
    const back = nextMessage(client);
    client.send('still');
    expect((await back).bytes.toString()).toBe('still');
    const ended = closeOf(client);
    seen[0]?.socket.close(4000, 'drained');
    expect(await ended).toEqual({ code: 4000, reason: 'drained' });
  });

  test('dispose ends sockets, undecided upgrades and requests, and leaves no timer', async () => {
    const { port, server, seen, clock } = await rig(driver, {
      decide:
        (accept) =>
        ({ query }) =>
          query === 'wait' ? new Promise(() => undefined) : accept,
      routes: [{ method: 'GET', path: '/stuck', answer: () => new Promise(() => undefined) }],
    });
    const ended = closeOf(await wsClient(port));
    const idle = clock.pending;
    const waiting = await rawClient(port, upgradeRequest({}, 'GET /ws?wait HTTP/1.1'));
    const stuck = await rawClient(port, 'GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => (clock.pending === idle + 2 ? undefined : `${clock.pending - idle} pending`));
    await server.dispose();
    await server.dispose();
    expect((await ended).code).toBe(1006);
    await eventually(() => (waiting.ended() && stuck.ended() ? undefined : 'connections left'));
    expect(seen[0]?.closed).toEqual([1006]);
    expect(clock.pending).toBe(0);
    expect(await refused(port)).toBe(true);
  });

  test('a process ends by itself after dispose: no handle is left', async () => {
    expect(await runServerOnce(driver.name)).toEqual({ code: 0, output: 'disposed\n' });
  });
}

function tls(driver: Driver): void {
  test('TLS: WebSocket and HTTP over it', async () => {
    const { port } = await rig(driver, { tls: testTls });
    const client = await wsClient(port, '/ws', [], 'wss');
    const back = nextMessage(client);
    client.send('secret \u{1F511}');
    expect((await back).bytes.toString()).toBe('secret \u{1F511}');
    const plain = await rawClient(port, upgradeRequest());
    await eventually(() => (plain.ended() ? undefined : 'plain text is served'));
    expect(plain.got()).not.toContain('101');
  });

  test('TLS: what is no key and certificate is refused when the server is made', () => {
    const make = () => driver.create({ ...empty, tls: { key: 'x', cert: 'y' } }, crankedClock());
    expect(make).toThrow(expect.objectContaining({ code: 'cannot-listen' }) as Error);
  });
}
