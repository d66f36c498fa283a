import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';

import type { HttpRoute, RequestHead, UpgradeDecision } from '../../../src/socket/port.js';
import { upgraded } from '../raw-client.js';
import { closeOf, eventually, nextMessage, rig, wsClient } from '../rig.js';
import type { Behave, Driver, Rig } from '../rig.js';

type How = 'throws' | 'rejects';
const hows: How[] = ['throws', 'rejects'];

function fail(how: How): never {
  const error = new Error(`it ${how}`);
  if (how === 'throws') throw error;
  return Promise.reject(error) as never;
}

/** What the faulty handlers of one socket do, told by its first message: `message`, `closed` or `drained`, and how. */
const faulty: Behave = ({ socket }) => {
  let [where, how] = ['', 'throws' as How];
  return {
    message(bytes, binary) {
      const text = Buffer.from(bytes).toString();
      if (!text.startsWith('fail ')) return void socket.send(bytes, binary);
      [, where, how] = text.split(' ') as [string, string, How];
      if (where === 'message') return fail(how);
    },
    drained: () => (where === 'drained' ? fail(how) : undefined),
    closed: () => (where === 'closed' ? fail(how) : undefined),
  };
};

async function echoes(client: WebSocket): Promise<boolean> {
  const back = nextMessage(client);
  client.send('ping');
  return (await back).bytes.toString() === 'ping';
}

const tell = (port: number, text: string) =>
  wsClient(port).then((client) => {
    client.send(text);
    return client;
  });

/** U2: whatever a handler does, only its own socket is closed, with 1011, and it is counted. */
export function faultCases(driver: Driver): void {
  test('U2 a throw or rejection in any handler closes its own socket with 1011 and leaves 1,000 others alone', async () => {
    const server = await rig(driver, { behave: faulty, decide: decideFaults, routes: [faultRoute] });
    const { port, faults } = server;
    const others = await Promise.all(Array.from({ length: 1_000 }, () => wsClient(port)));
    const ended: number[] = [];
    for (const other of others) other.on('close', (code) => void ended.push(code));

    for (const how of hows) {
      expect((await closeOf(await tell(port, `fail message ${how}`))).code).toBe(1011);
      expect((await closeOf(await wsClient(port, `/ws?open=${how}`))).code).toBe(1011);
      await expect(wsClient(port, `/ws?decide=${how}`)).rejects.toThrow('HTTP 500');
      expect((await fetch(`http://127.0.0.1:${port}/fault?${how}`)).status).toBe(500);
      (await tell(port, `fail closed ${how}`)).close(4000);
      await eventually(() => (faults.at(-1)?.where === 'closed' ? undefined : 'no closed fault'));
      await drainFault(server, how);
    }
    expect(faults.map(({ where }) => where)).toEqual(
      hows.flatMap(() => ['message', 'open', 'upgrade', 'http', 'closed', 'drained']),
    );
    expect(faults.every(({ error }) => /^it (throws|rejects)$/.test((error as Error).message))).toBe(true);
    expect((await Promise.all(others.map(echoes))).every(Boolean)).toBe(true);
    expect(ended).toEqual([]);
  });

  test('U2 an onFault that throws changes nothing', async () => {
    const { port } = await rig(driver, {
      behave: faulty,
      onFault: () => {
        throw new Error('onFault failed');
      },
    });
    const other = await wsClient(port);
    expect((await closeOf(await tell(port, 'fail message throws'))).code).toBe(1011);
    expect(await echoes(other)).toBe(true);
  });

  test('U2 an answer that cannot be written is a fault and a 500', async () => {
    const split = { status: 403, headers: { 'x-a': 'b\r\nx-c: d' } };
    const { port, faults } = await rig(driver, {
      decide: () => () => ({ refuse: split }),
      routes: [{ method: 'GET', path: '/split', answer: () => split }],
    });
    expect((await fetch(`http://127.0.0.1:${port}/split`)).status).toBe(500);
    await expect(wsClient(port)).rejects.toThrow('HTTP 500');
    expect(faults.map(({ where }) => where)).toEqual(['http', 'upgrade']);
  });
}

/** Fails in the decision or in `accept` when the query says so. */
function decideFaults(accept: Extract<UpgradeDecision, { accept: unknown }>) {
  return ({ query }: RequestHead): UpgradeDecision => {
    const { decide, open } = Object.fromEntries(new URLSearchParams(query)) as Record<
      string,
      How | undefined
    >;
    if (decide !== undefined) return fail(decide);
    return open === undefined ? accept : { accept: () => fail(open) };
  };
}

const faultRoute: HttpRoute = { method: 'GET', path: '/fault', answer: ({ query }) => fail(query as How) };

/** A reader that stalls until a frame is queued and then reads: its `drained` fails. */
async function drainFault({ port, seen, clock }: Rig, how: How): Promise<void> {
  const client = await upgraded(port);
  const text = Buffer.from(`fail drained ${how}`);
  client.tcp.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
  const one = seen.at(-1);
  await eventually(() => (one?.messages.length === 1 ? undefined : 'not told'));
  client.tcp.pause();
  const frame = Buffer.alloc(64 * 1024);
  while (one?.socket.send(frame, true) === 'sent');
  client.tcp.resume();
  await eventually(() => {
    // It never answers our close: the cut after 2 s ends it where the driver waits for an answer.
    clock.advance(20);
    return one?.closed.length === 1 ? undefined : `${one?.drained} drained, still open`;
  });
}
