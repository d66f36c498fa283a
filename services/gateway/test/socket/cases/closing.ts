import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { clientFrame, upgraded } from '../raw-client.js';
import { acceptInto, closeOf, eventually, rig, silent, wsClient } from '../rig.js';
import type { Driver, Seen } from '../rig.js';

const told = (one: Seen | undefined) => () =>
  one?.closed.length === 1 ? undefined : `closed: ${one?.closed.join()}`;

/** Fills a paused client's way until frames queue up. */
function stall(one: Seen | undefined): void {
  const frame = Buffer.alloc(64 * 1024);
  while (one?.socket.send(frame, true) === 'sent');
}

/** Close codes, stalled peers, half-open peers (U9), and what a closed socket does. */
export function closingCases(driver: Driver): void {
  closeCodes(driver);
  endedSockets(driver);
  stalledPeers(driver);
  halfOpenPeers(driver);
}

function closeCodes(driver: Driver): void {
  test.each([
    [1000, 'fine'],
    [4001, 'room full \u{1F6AA}'],
    [3001, ''],
  ])('our close %i arrives with its reason', async (code, reason) => {
    const { port, seen, clock } = await rig(driver, { behave: silent });
    const timers = clock.pending;
    const client = await wsClient(port);
    const ended = closeOf(client);
    seen[0]?.socket.close(code, reason);
    expect(seen[0]?.closed, 'never inside close()').toEqual([]);
    expect(await ended).toEqual({ code, reason });
    await eventually(told(seen[0]));
    expect(seen[0]?.closed).toEqual([code]);
    expect(clock.pending).toBe(timers);
  });

  test('what was sent before close arrives before it; a reason is cut to 123 bytes at a character', async () => {
    const { port, seen } = await rig(driver, { behave: silent });
    const client = await wsClient(port);
    const got: string[] = [];
    client.on('message', (data) => void got.push((data as Buffer).toString()));
    const ended = closeOf(client);
    for (let i = 0; i < 100; i += 1) seen[0]?.socket.send(Buffer.from(String(i)), false);
    seen[0]?.socket.close(4000, `${'x'.repeat(122)}\u00e9`);
    expect(await ended).toEqual({ code: 4000, reason: 'x'.repeat(122) });
    expect(got).toHaveLength(100);
  });

  test.each([[4002], [1000], [undefined]])("a peer's close %s is told", async (code) => {
    const { port, seen } = await rig(driver);
    const client = await wsClient(port);
    client.close(code);
    await eventually(told(seen[0]));
    expect(seen[0]?.closed).toEqual([code ?? 1005]);
  });

  test('a peer that vanishes is told as 1006, and terminate cuts at once', async () => {
    const { port, seen } = await rig(driver);
    (await wsClient(port)).terminate();
    await eventually(told(seen[0]));
    expect(seen[0]?.closed).toEqual([1006]);
    const ended = closeOf(await wsClient(port));
    seen[1]?.socket.terminate();
    expect(seen[1]?.closed, 'never inside terminate()').toEqual([]);
    expect((await ended).code).toBe(1006);
    await eventually(told(seen[1]));
    expect(seen[1]?.closed).toEqual([1006]);
  });
}

function endedSockets(driver: Driver): void {
  test('every method of a closed socket is harmless', async () => {
    const { port, seen, faults } = await rig(driver);
    (await wsClient(port)).close(4000);
    await eventually(told(seen[0]));
    const socket = seen[0]?.socket;
    expect(socket?.send(Buffer.from('x'), false)).toBe('dropped');
    let ran = false;
    socket?.batch(() => void (ran = true));
    expect(ran).toBe(true);
    expect(socket?.buffered).toBe(0);
    socket?.close(4001, 'twice');
    socket?.terminate();
    await new Promise((turn) => setImmediate(turn));
    expect(seen[0]?.closed).toEqual([4000]);
    expect(faults).toEqual([]);
  });

  test('a socket closed inside accept still gets closed once, and its peer the code', async () => {
    const seen: Seen[] = [];
    const recording = acceptInto(seen, silent);
    const { port } = await rig(driver, {
      decide: () => () => ({
        accept(socket) {
          socket.send(Buffer.from('bye'), false);
          socket.close(4003, 'not you');
          return recording.accept(socket);
        },
      }),
    });
    const client = await wsClient(port);
    expect(await closeOf(client)).toEqual({ code: 4003, reason: 'not you' });
    await eventually(told(seen[0]));
    expect(seen[0]?.messages).toEqual([]);
  });

  test('nothing is delivered after our close', async () => {
    const { port, seen, clock } = await rig(driver, {
      behave: ({ socket }) => ({ message: () => socket.close(4000, '') }),
    });
    const client = await upgraded(port);
    client.tcp.write(Buffer.concat([1, 2, 3].map((i) => clientFrame(2, Buffer.from([i])))));
    await eventually(() => (client.got().includes('\x0f\xa0') ? undefined : 'no close frame'));
    clock.advance(2_000);
    await eventually(told(seen[0]));
    expect(seen[0]?.messages).toHaveLength(1);
  });
}

function stalledPeers(driver: Driver): void {
  test('a stalled peer is cut 2 s after close()', async () => {
    const { port, seen, clock } = await rig(driver, { behave: silent });
    const client = await upgraded(port);
    const timers = clock.pending;
    client.tcp.pause();
    stall(seen[0]);
    seen[0]?.socket.close(4000, 'too slow');
    expect(seen[0]?.socket.send(Buffer.from('x'), false)).toBe('dropped');
    clock.advance(1_999);
    await new Promise((turn) => setImmediate(turn));
    expect(seen[0]?.closed).toEqual([]);
    clock.advance(1);
    await eventually(told(seen[0]));
    expect(seen[0]?.closed).toEqual([1006]);
    expect(clock.pending).toBe(timers);
    client.tcp.resume();
    await eventually(() => (client.ended() ? undefined : 'the peer does not see the end'));
  });

  test('a stalled peer that reads again within 2 s gets everything and the code', async () => {
    const { port, seen } = await rig(driver, { behave: silent });
    const client = await upgraded(port);
    client.tcp.pause();
    stall(seen[0]);
    seen[0]?.socket.close(4000, 'read it all');
    client.tcp.resume();
    await eventually(
      () => (client.got().endsWith('\x0f\xa0read it all') ? undefined : 'no close frame'),
      15_000,
    );
    client.tcp.write(clientFrame(8, Buffer.from([0x0f, 0xa0])));
    await eventually(told(seen[0]));
    expect(seen[0]?.closed).toEqual([4000]);
  });

  test('a peer that never answers our close is gone after 2 s', async () => {
    const { port, seen, clock } = await rig(driver, { behave: silent });
    await upgraded(port);
    seen[0]?.socket.close(4000, '');
    clock.advance(2_000);
    await eventually(told(seen[0]));
  });
}

function halfOpenPeers(driver: Driver): void {
  test(
    'U9 a half-open client is gone within its idle timeout and 4 s; one that answers pings stays',
    { timeout: 40_000 },
    async () => {
      const { port, seen, clock } = await rig(driver, { idleTimeoutS: 8 });
      const alive = await wsClient(port);
      let pings = 0;
      alive.on('ping', () => (pings += 1));
      await upgraded(port);
      const start = performance.now();
      // One driver counts on the clock that is passed in, the other on its own: both go at the same pace here.
      while (seen[1]?.closed.length === 0 && performance.now() - start < 20_000) {
        await pause(50);
        clock.advance(performance.now() - start - clock.now());
      }
      expect(seen[1]?.closed).toEqual([1006]);
      expect(performance.now() - start).toBeLessThan(12_500);
      expect(pings).toBeGreaterThan(0);
      expect(seen[0]?.closed).toEqual([]);
    },
  );
}
