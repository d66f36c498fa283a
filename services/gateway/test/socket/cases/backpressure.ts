import { expect, test } from 'vitest';

import type { SendResult } from '../../../src/socket/port.js';
import { upgraded } from '../raw-client.js';
import { eventually, nextMessage, rig, silent, wsClient } from '../rig.js';
import type { Driver } from '../rig.js';

const FRAME = 32 * 1024;
const LIMIT = 256 * 1024;

/** U8 as far as it is the driver's: truthful results and a bounded buffer. */
export function backpressureCases(driver: Driver): void {
  test('U8 a slow reader: sent, then queued, then dropped; the buffer is bounded; drained is told; what was taken arrives', async () => {
    const { port, seen, faults } = await rig(driver, { behave: silent, maxBufferedBytes: LIMIT });
    const other = await wsClient(port);
    const client = await upgraded(port);
    const head = client.bytes();
    client.tcp.pause();
    const slow = seen[1];
    const results: SendResult[] = [];
    let most = 0;
    for (let i = 0; i < 2_000 && results.at(-1) !== 'dropped'; i += 1) {
      results.push(slow?.socket.send(Buffer.alloc(FRAME, i), true) ?? 'sent');
      most = Math.max(most, slow?.socket.buffered ?? 0);
    }
    expect(results.filter((result, i) => result !== results[i - 1])).toEqual(['sent', 'queued', 'dropped']);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(LIMIT + FRAME);
    // Dropped is for this frame alone: a small one still fits, and the others do not notice.
    expect(slow?.socket.send(Buffer.from('small'), true)).toBe('queued');
    const back = nextMessage(other);
    seen[0]?.socket.send(Buffer.from('fast'), false);
    expect((await back).bytes.toString()).toBe('fast');
    expect(slow?.drained).toBe(0);

    client.tcp.resume();
    const taken = results.length - 1;
    const expected = head + taken * (FRAME + 4) + 'small'.length + 2;
    await eventually(() => (client.bytes() >= expected ? undefined : `${client.bytes()} of ${expected}`));
    await eventually(() => (slow?.drained === 1 ? undefined : `${slow?.drained} drained`));
    expect(client.bytes()).toBe(expected);
    expect(slow?.socket.buffered).toBe(0);
    expect(slow?.socket.send(Buffer.from('again'), true)).toBe('sent');
    expect(faults).toEqual([]);
  });

  test('U8 a batch cannot outgrow the buffer either', async () => {
    const { port, seen } = await rig(driver, { behave: silent, maxBufferedBytes: LIMIT });
    const client = await upgraded(port);
    client.tcp.pause();
    const results: SendResult[] = [];
    let most = 0;
    for (let round = 0; round < 200 && results.at(-1) !== 'dropped'; round += 1) {
      seen[0]?.socket.batch(() => {
        for (let i = 0; i < 32; i += 1) {
          results.push(seen[0]?.socket.send(Buffer.alloc(FRAME), true) ?? 'sent');
          most = Math.max(most, seen[0]?.socket.buffered ?? 0);
        }
      });
    }
    expect(results.at(-1)).toBe('dropped');
    expect(most).toBeLessThanOrEqual(LIMIT + FRAME);
  });
}
