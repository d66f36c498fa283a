import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import type { Coturn } from '@parley/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { openTurn } from '../../turn/support/turn-client.js';
import type { TurnClient } from '../../turn/support/turn-client.js';
import { signedBy, startTurn } from '../../turn/support/turn-world.js';
import { bytesOf, encodings, INSIDE, PUBLIC, SPECIAL } from './support/addresses.js';

const SECRET = 'canary-turn-secret-of-some-length';
const FORBIDDEN = { ok: false, code: 403 };
/** What a test's own server has to choose itself. */
const ITS_OWN =
  /^(listening-port|tls-listening-port|realm|log-file|simple-log|no-stdout-log|pidfile|userdb)=?/;

const settings = readFileSync(new URL('../../../deploy/coturn/turnserver.conf', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#') && !ITS_OWN.test(line));

let turn: Coturn;
let clients: Record<4 | 6, TurnClient>;
beforeAll(async () => {
  // Loopback peers are allowed by the test server's own settings: here only the list refuses them.
  turn = await startTurn([SECRET], [...settings, 'relay-ip=::1']);
  clients = { 4: await allocated(turn, 4), 6: await allocated(turn, 6) };
});
afterAll(async () => {
  for (const client of Object.values(clients ?? {})) client.close();
  await turn?.stop();
});

async function allocated({ port }: Coturn, family: 4 | 6): Promise<TurnClient> {
  const client = await openTurn(port, signedBy(SECRET, 600));
  expect(await client.allocate(family)).toMatchObject({ ok: true });
  return client;
}

let channel = 0x4000;
/** What the server says to a permission and to a channel. */
async function ask(address: string): Promise<unknown[]> {
  const client = clients[isIPv6(address) ? 6 : 4];
  const peer = bytesOf(address);
  return [await client.permit(peer), await client.bind(peer, channel++)];
}

async function refused(addresses: Record<string, string>): Promise<void> {
  const wrong: Record<string, unknown> = {};
  for (const [name, address] of Object.entries(addresses)) {
    const answers = await ask(address);
    try {
      expect(answers).toEqual([FORBIDDEN, FORBIDDEN]);
    } catch {
      wrong[`${name} ${address}`] = answers;
    }
  }
  expect(wrong).toEqual({});
}

test.each(INSIDE)('K8 X9 nobody reaches %s, in whichever encoding', (address) => refused(encodings(address)));

test('K8 X9 nobody reaches a range that is not of the public internet, from its first address to its last', () =>
  refused(
    Object.fromEntries(
      Object.entries(SPECIAL).flatMap(([name, [first, last]]) => [
        [`${name}, first`, first],
        [`${name}, last`, last],
      ]),
    ),
  ));

test('K8 the public internet is reached, up to the neighbours of those ranges', async () => {
  for (const address of PUBLIC)
    expect([address, await clients[isIPv6(address) ? 6 : 4].permit(bytesOf(address))]).toMatchObject([
      address,
      { ok: true },
    ]);
});

test('K8 a peer that is allowed gets what is sent, one that is denied does not', async () => {
  const open = await startTurn([SECRET], [...settings, 'allowed-peer-ip=127.0.0.1']);
  onTestFinished(() => open.stop());
  const peer = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void peer.close());
  await once(peer, 'listening');
  const got: string[] = [];
  peer.on('message', (data) => got.push(data.toString()));
  const { port } = peer.address();
  const client = await allocated(open, 4);
  onTestFinished(() => client.close());

  clients[4].send(port, Buffer.from('denied'));
  expect(await client.permit(bytesOf('127.0.0.1'))).toMatchObject({ ok: true });
  client.send(port, Buffer.from('allowed'));
  await once(peer, 'message');
  expect(got).toEqual(['allowed']);
});

test('X10 the log is told neither sessions nor bindings, by which addresses of participants would stand there', () => {
  expect(settings.filter((line) => /^(verbose|log-binding|log-file|prometheus)/i.test(line))).toEqual([]);
});
