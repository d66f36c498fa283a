import { networkInterfaces } from 'node:os';

import { expect, test } from 'vitest';

import type { RequestHead } from '../../../src/socket/port.js';
import { ask, rawClient, statusOf, upgradeRequest } from '../raw-client.js';
import { eventually, rig, wsClient } from '../rig.js';
import type { Driver } from '../rig.js';

const table: [what: string, change: Record<string, string | undefined>, status: number, line?: string][] = [
  ['a proper upgrade', {}, 101],
  ['token lists and any case', { Connection: 'keep-alive, UPGRADE', Upgrade: 'WebSocket' }, 101],
  ['no Upgrade', { Upgrade: undefined }, 426],
  ['another protocol in Upgrade', { Upgrade: 'h2c' }, 426],
  ['a plain GET', { Upgrade: undefined, Connection: undefined, 'Sec-WebSocket-Key': undefined }, 426],
  ['no Connection', { Connection: undefined }, 400],
  ['Connection without upgrade', { Connection: 'keep-alive' }, 400],
  ['no version', { 'Sec-WebSocket-Version': undefined }, 426],
  ['version 8', { 'Sec-WebSocket-Version': '8' }, 426],
  ['version 14', { 'Sec-WebSocket-Version': '14' }, 426],
  ['no key', { 'Sec-WebSocket-Key': undefined }, 400],
  ['a short key', { 'Sec-WebSocket-Key': 'c2hvcnQ=' }, 400],
  ['24 letters that are no base64 of 16 bytes', { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQaa' }, 400],
  ['a POST', {}, 400, 'POST /ws HTTP/1.1'],
];

const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ family }) => family === 'IPv6'),
);
/** Where a machine has no IPv6 at all, nothing is mapped and the same must hold. */
const dualStack = hasIpv6 ? '::' : '0.0.0.0';

/** U3 (deciding), U5, U12 (the address) and U14. */
export function upgradeCases(driver: Driver): void {
  checks(driver);
  decisions(driver);
  heads(driver);
}

function checks(driver: Driver): void {
  test.each(table)('U5 %s', async (_what, change, status, line) => {
    const { port, seen } = await rig(driver);
    // node sees an upgrade without a Connection that asks for one as a plain request: both ways must agree.
    const answer = await ask(port, upgradeRequest(change, line));
    expect(statusOf(answer), answer).toBe(status);
    if (status === 426) expect(answer).toMatch(/sec-websocket-version: 13/i);
    if (status !== 101) expect(seen).toHaveLength(0);
  });

  test('a path that is no upgrade path gets 404', async () => {
    const { port } = await rig(driver);
    expect(statusOf(await ask(port, upgradeRequest({}, 'GET /other HTTP/1.1')))).toBe(404);
  });

  test('the subprotocol is the first offered that the route speaks; 400 when there is none', async () => {
    const { port } = await rig(driver, { subprotocols: ['b.v1', 'a.v1'] });
    expect((await wsClient(port, '/ws', ['x', 'a.v1', 'b.v1'])).protocol).toBe('a.v1');
    const offer = (offered?: string) => ask(port, upgradeRequest({ 'Sec-WebSocket-Protocol': offered }));
    expect(statusOf(await offer('x, y'))).toBe(400);
    expect(statusOf(await offer())).toBe(400);
  });

  test('a route without subprotocols accepts an offer and names none', async () => {
    const { port } = await rig(driver);
    const answer = await ask(port, upgradeRequest({ 'Sec-WebSocket-Protocol': 'x' }));
    expect(statusOf(answer)).toBe(101);
    expect(answer).not.toMatch(/sec-websocket-protocol/i);
  });
}

function decisions(driver: Driver): void {
  test('U3 an asynchronous decision accepts', async () => {
    const { port, clock } = await rig(driver, {
      decide: (accept) => () => new Promise((resolve) => setImmediate(() => resolve(accept))),
    });
    const before = clock.pending;
    const client = await wsClient(port);
    expect(client.readyState).toBe(client.OPEN);
    expect(clock.pending).toBe(before);
  });

  test('C2 who is turned away is answered before anything is decided, by the query alone; a throw is 500', async () => {
    const refuse = { status: 503, headers: { 'retry-after': '1' }, body: 'later' };
    const { port, seen, faults } = await rig(driver, {
      turnAway: (query) => {
        if (query === 'throw') throw new Error('on purpose');
        return query === 'a=1' ? refuse : undefined;
      },
    });
    const status = async (query: string): Promise<number> =>
      statusOf(await ask(port, upgradeRequest({}, `GET /ws${query} HTTP/1.1`)));
    expect(await ask(port, upgradeRequest({}, 'GET /ws?a=1 HTTP/1.1'), /later$/)).toMatch(/retry-after: 1/i);
    expect(await status('?throw')).toBe(500);
    expect(faults.map(({ where }) => where)).toEqual(['upgrade']);
    expect(seen).toHaveLength(0);
    expect(await status('?a=2')).toBe(101);
    expect(await status('')).toBe(101);
  });

  test.each(['at once', 'later'])('a refusal %s carries its status, headers and body', async (when) => {
    const refuse = { status: 403, headers: { 'x-why': 'origin' }, body: 'not from there' };
    const { port, seen } = await rig(driver, {
      decide: () => () => (when === 'later' ? Promise.resolve({ refuse }) : { refuse }),
    });
    const answer = await ask(port, upgradeRequest(), /there$/);
    expect(statusOf(answer)).toBe(403);
    expect(answer).toMatch(/x-why: origin/i);
    expect(answer).toContain('not from there');
    expect(seen).toHaveLength(0);
  });

  test('U3 an upgrade not decided in 5 s gets 503, and a later decision opens nothing', async () => {
    let decideNow = (): void => undefined;
    const { port, clock, seen } = await rig(driver, {
      decide: (accept) => () => new Promise((resolve) => (decideNow = () => resolve(accept))),
    });
    const idle = clock.pending;
    const client = await rawClient(port, upgradeRequest());
    await eventually(() => (clock.pending === idle + 1 ? undefined : 'not pending'));
    clock.advance(4_999);
    expect(client.got()).toBe('');
    clock.advance(1);
    await eventually(() => (client.ended() ? undefined : 'not ended'));
    expect(statusOf(client.got())).toBe(503);
    decideNow();
    await new Promise((turn) => setImmediate(turn));
    expect(seen).toHaveLength(0);
    expect(clock.pending).toBe(idle);
  });
}

function heads(driver: Driver): void {
  test('the head that decide sees is a safe copy', async () => {
    const heads: RequestHead[] = [];
    const { port } = await rig(driver, {
      decide: (accept) => async (head) => {
        await Promise.resolve();
        heads.push(head);
        return accept;
      },
    });
    const request = upgradeRequest(
      { 'X-One': '1', 'x-one': '2', Origin: 'https://a.example' },
      'GET /ws?room=a%20b&c HTTP/1.1',
    );
    expect(statusOf(await ask(port, request))).toBe(101);
    const [head] = heads;
    expect(head).toMatchObject({ method: 'GET', path: '/ws', query: 'room=a%20b&c', address: '127.0.0.1' });
    expect(head?.headers.get('x-one')).toBe('1, 2');
    expect(head?.headers.get('origin')).toBe('https://a.example');
  });

  test('U12 an IPv4 client of a dual-stack listener has an IPv4 address; a PROXY header is not believed', async () => {
    const heads: RequestHead[] = [];
    const { port } = await rig(driver, {
      host: dualStack,
      decide: (accept) => (head) => {
        heads.push(head);
        return accept;
      },
    });
    await wsClient(port);
    expect(heads.map(({ address }) => address)).toEqual(['127.0.0.1']);
    const proxied = Buffer.from('0d0a0d0a000d0a515549540a2111000c010203047f00000101bb01bb', 'hex');
    const client = await rawClient(port);
    client.tcp.write(Buffer.concat([proxied, Buffer.from(upgradeRequest())]));
    await eventually(() => (client.ended() || client.got() !== '' ? undefined : 'no answer'));
    expect(heads.map(({ address }) => address)).not.toContain('1.2.3.4');
  });

  test('U14 a 3 KB token passes, an 8 KB cookie gets 431', async () => {
    const { port } = await rig(driver);
    const token = { Authorization: `Bearer ${'t'.repeat(3 * 1024)}`, 'User-Agent': 'u'.repeat(512) };
    expect(statusOf(await ask(port, upgradeRequest(token)))).toBe(101);
    const big = await ask(port, upgradeRequest({ Cookie: `c=${'x'.repeat(8 * 1024)}` }));
    expect(statusOf(big)).toBe(431);
  });
}
