import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { withBystanders } from '../support/bystanders.js';
import { within } from '../support/expect.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import type { Target } from '../support/target.js';
import { upgradeHeaders } from '../support/upgrade.js';

/** Each kind of bad input, and the rules that say what it is answered. */
const KINDS: readonly (readonly [kind: string, rules: readonly string[]])[] = [
  ['malformed, deep and poisoned headers, headers too long', ['FRAME-2']],
  ['binary where text belongs', ['FRAME-3']],
  ['frames too long', ['FRAME-4']],
  ['no hello, or a faulty one', ['HELLO-1']],
  ['improper upgrades', ['CONN-1']],
  ['missing, expired and forged tokens', ['TOKEN-1']],
  ['the wrong room', ['TOKEN-5', 'ROOM-1']],
  ['keys of others', ['JOIN-5']],
  ['unknown types', ['REQ-2']],
  ['faulty fields', ['REQ-3', 'REQ-4']],
  ['floods', ['NACK-3']],
  ['messages that are none', ['MSG-2']],
  ['plain frames that are none', ['PLAIN-5']],
];
const BAD_INPUT = new Set(KINDS.flatMap(([, rules]) => rules));

/** A scenario about bad input also has to hold while two others talk, and they must not notice. */
export function besideOthers(one: Scenario): Scenario {
  if (!one.rules.some((rule) => BAD_INPUT.has(rule))) return one;
  return { ...one, run: (target) => withBystanders(target, () => one.run(target)) };
}

/** A WebSocket frame from a client, masked with zeros. */
function webSocketFrame(first: number, payload: Buffer, { masked = true } = {}): Buffer {
  const mask = masked ? 0x80 : 0;
  assert(payload.length < 126);
  return Buffer.concat([Buffer.from([first, mask | payload.length]), Buffer.alloc(masked ? 4 : 0), payload]);
}

const ping = Buffer.from('{"type":"ping"}');

/** What breaks the WebSocket protocol itself (RFC 6455), by what is wrong with it. */
const BROKEN: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['text that is not UTF-8', webSocketFrame(0x81, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))],
  ['a frame without a mask', webSocketFrame(0x81, ping, { masked: false })],
  ['a reserved bit', webSocketFrame(0xc1, ping)],
  ['an unknown opcode', webSocketFrame(0x83, ping)],
  ['a continuation of nothing', webSocketFrame(0x80, ping)],
  ['a fragmented ping', webSocketFrame(0x09, ping)],
  ['a close code that is none', webSocketFrame(0x88, Buffer.from([0, 7]))],
  ['a length of 2^63', Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
];

/** Opens a connection by hand; resolves once it is upgraded. */
async function upgradeByHand(target: Target): Promise<Socket> {
  const { hostname, port } = new URL(target.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const headers = { host: `${hostname}:${port}`, ...upgradeHeaders(), ...target.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET /v1/connect HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  assert.match(answer.toString(), /^HTTP\/1\.1 101 /);
  return socket;
}

const CLOSE_FRAME = 0x88;

/** Closed by the server: by a close frame, or cut. */
const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('close', () => resolve());
    // Nothing else that a server sends here is other than ASCII.
    socket.on('data', (bytes: Buffer) => {
      if (bytes.includes(CLOSE_FRAME)) resolve();
    });
  });

/** Bad input below the protocol: what no rule but RFC 6455 and RFC 9112 is about. */
export const badInput: readonly Scenario[] = [
  scenario('X12 what breaks the WebSocket protocol ends its own connection alone', (target) =>
    withBystanders(target, async () => {
      for (const [what, bytes] of BROKEN) {
        const socket = await upgradeByHand(target);
        const over = ended(socket);
        socket.write(bytes);
        await within(over, 12_000, `${what}: still open`);
        socket.destroy();
      }
    }),
  ),

  scenario('X12 bytes that are no HTTP end their own connection alone', (target) =>
    withBystanders(target, async () => {
      const { hostname, port } = new URL(target.url);
      for (const bytes of [
        randomBytes(4_096),
        Buffer.from('GET / HTTP/9.9\r\n\r\n'),
        Buffer.from('\u0000\r\n\r\n'),
      ]) {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined);
        const over = ended(socket);
        socket.end(bytes);
        await within(over, 12_000, 'still open');
      }
    }),
  ),

  scenario('X12 a connection cut within a frame disturbs nobody', (target) =>
    withBystanders(target, async () => {
      for (const length of [0, 1, 3, 9]) {
        const socket = await upgradeByHand(target);
        const over = ended(socket);
        socket.write(webSocketFrame(0x81, ping).subarray(0, length));
        socket.destroy();
        await over;
      }
    }),
  ),
];
