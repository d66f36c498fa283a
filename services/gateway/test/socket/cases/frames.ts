import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';

import { clientFrame, upgraded } from '../raw-client.js';
import { closeOf, eventually, nextMessage, rig, silent, wsClient } from '../rig.js';
import type { Driver } from '../rig.js';

const texts: [name: string, text: string][] = [
  ['ASCII', 'plain text'],
  ['Latin-1', 'caf\u00e9 na\u00efve \u00ff'],
  ['CJK', '\u5bb6\u65cf\u4f1a\u8b70 \ud654\uc0c1'],
  ['emoji', '\u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u{1F44B}'],
  ['U+0000', 'a\u0000b\u0000'],
  ['nothing', ''],
];

const LIMIT = 64 * 1024;

async function roundTrip(
  client: WebSocket,
  data: Uint8Array | string,
): Promise<{ bytes: Buffer; binary: boolean }> {
  const back = nextMessage(client);
  client.send(data);
  return back;
}

/** U6 and U7. */
export function frameCases(driver: Driver): void {
  roundTrips(driver);
  endedByFrames(driver);
}

function roundTrips(driver: Driver): void {
  test.each(texts)('U6 %s round-trips as text and as binary', async (_name, text) => {
    const { port } = await rig(driver);
    const client = await wsClient(port);
    expect(await roundTrip(client, text)).toEqual({ bytes: Buffer.from(text), binary: false });
    const bytes = Buffer.from(text, 'utf16le');
    expect(await roundTrip(client, bytes)).toEqual({ bytes, binary: true });
  });

  test('U6 sent bytes are taken at once: a view into a buffer, changed right after', async () => {
    const { port, seen } = await rig(driver);
    const client = await wsClient(port);
    const got: string[] = [];
    client.on('message', (data) => void got.push((data as Buffer).toString()));
    const whole = Buffer.from('--hello--');
    for (let i = 0; i < 2; i += 1) {
      seen[0]?.socket.send(whole.subarray(2, 7), false);
      whole.fill('x');
    }
    await eventually(() => (got.length === 2 ? undefined : `${got.length} messages`));
    expect(got).toEqual(['hello', 'xxxxx']);
  });

  test('frames of a batch arrive in order, between what stands before and after', async () => {
    const { port, seen } = await rig(driver);
    const client = await wsClient(port);
    const got: string[] = [];
    client.on('message', (data) => void got.push((data as Buffer).toString()));
    const socket = seen[0]?.socket;
    const send = (text: string) => socket?.send(Buffer.from(text), false);
    send('0');
    socket?.batch(() => {
      for (let i = 1; i < 50; i += 1) send(String(i));
      socket.batch(() => void send('50'));
    });
    send('51');
    await eventually(() => (got.length === 52 ? undefined : `${got.length} messages`));
    expect(got).toEqual(Array.from({ length: 52 }, (_, i) => String(i)));
    expect(() =>
      socket?.batch(() => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
    send('after');
    await eventually(() => (got.at(-1) === 'after' ? undefined : 'nothing after a throw'));
  });

  test('a fragmented message arrives whole', async () => {
    const { port, seen } = await rig(driver, { behave: silent });
    const client = await upgraded(port);
    client.tcp.write(clientFrame(2, Buffer.from('ab'), false));
    client.tcp.write(clientFrame(0, Buffer.from('cd'), true));
    await eventually(() => (seen[0]?.messages.length === 1 ? undefined : 'no message'));
    expect(Buffer.from(seen[0]?.messages[0]?.bytes ?? []).toString()).toBe('abcd');
  });
}

function endedByFrames(driver: Driver): void {
  test('U7 a frame at the limit passes, one byte more ends the connection', async () => {
    const { port, seen } = await rig(driver);
    const client = await wsClient(port);
    const full = Buffer.alloc(LIMIT, 'f');
    expect((await roundTrip(client, full)).bytes.length).toBe(LIMIT);
    const ended = closeOf(client);
    client.send(Buffer.alloc(LIMIT + 1));
    expect([1006, 1009]).toContain((await ended).code);
    await eventually(() => (seen[0]?.closed.length === 1 ? undefined : 'not told'));
    expect(seen[0]?.messages).toHaveLength(1);
  });

  test('U7 fragments that add up to more than the limit end the connection', async () => {
    const { port, seen, clock } = await rig(driver, { behave: silent });
    const client = await upgraded(port);
    client.tcp.write(clientFrame(2, Buffer.alloc(40_000), false));
    client.tcp.write(clientFrame(0, Buffer.alloc(40_000), true));
    await eventually(() => {
      clock.advance(10);
      return seen[0]?.closed.length === 1 ? undefined : 'still open';
    });
    expect(seen[0]?.messages).toHaveLength(0);
  });

  test.each([
    ['bad UTF-8 in a text frame', clientFrame(1, Buffer.from([0xc3, 0x28]))],
    ['a compressed frame that nobody agreed to', clientFrame(0x41, Buffer.from('x'))],
    ['a reserved opcode', clientFrame(3, Buffer.from('x'))],
  ])('%s ends only that connection', async (_what, bytes) => {
    const { port, seen, clock } = await rig(driver);
    const other = await wsClient(port);
    const client = await upgraded(port);
    client.tcp.write(bytes);
    await eventually(() => {
      clock.advance(10);
      return seen[1]?.closed.length === 1 ? undefined : 'still open';
    });
    expect((await roundTrip(other, 'still here')).bytes.toString()).toBe('still here');
    expect(seen[0]?.closed).toEqual([]);
  });
}
