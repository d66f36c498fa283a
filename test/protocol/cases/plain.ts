import assert from 'node:assert/strict';
import { exchange } from '../support/changes.js';
import { within } from '../support/expect.js';
import { join, newRoom } from '../support/native.js';
import type { RawClient } from '../support/native.js';
import { hearEachOther, openPlain, openPlainSoon, takePlainError } from '../support/plain.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import type { Need, Target } from '../support/target.js';
import { askUpgrade, upgradeHeaders } from '../support/upgrade.js';

const PLAIN: readonly Need[] = ['plain'];

async function pair(target: Target, room: string): Promise<[RawClient, RawClient]> {
  const a = await openPlain(target, room);
  const b = await openPlain(target, room);
  await hearEachOther(a, b);
  return [a, b];
}

/** Frames that plain clients must get as they were sent. */
const OBJECTS = [
  '{"type":"offer","sdp":{"type":"offer","sdp":"v=0\\r\\n"}}',
  '{ "type" : "answer" ,\n\t"sdp":"v=0" }\n',
  '{"type":"ice-candidate","candidate":{"candidate":"","sdpMid":"0","sdpMLineIndex":0}}',
  '{}',
  '{"no":"type"}',
  '{"type":"hello","id":1}',
  '{"type":7,"type":8,"__proto__":{"a":1}}',
  '{"a":1e999,"deep":[[[[[[[[[[1]]]]]]]]]]}',
  '{"text":"ü漢😀\\u001e\u2028"}',
];

/** Frames that are no JSON object in text. */
export const BAD_PLAIN: readonly string[] = [
  '',
  'hello',
  '7',
  'null',
  '"text"',
  '[{"type":"offer"}]',
  '{"a":1',
  '{"a":1}x',
];

/** PLAIN-*. */
export const plain: readonly Scenario[] = [
  scenario(
    '[PLAIN-1] each JSON object goes byte for byte to the other, in order, and not back',
    async (target) => {
      const [a, b] = await pair(target, newRoom());
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        for (const text of OBJECTS) from.send(text);
        for (const text of OBJECTS) assert.equal((await to.next()).raw, text);
      }
      const big = JSON.stringify({ type: 'offer', sdp: 'x'.repeat(40_000) });
      a.send(big);
      assert.equal((await b.next()).raw, big);
      await hearEachOther(a, b);
      assert.deepEqual([a.waiting, b.waiting], [[], []]);
    },
    PLAIN,
  ),

  scenario(
    '[PLAIN-2] a third is told `room_full` and closed with 4001; the two go on',
    async (target) => {
      const room = newRoom();
      const [a, b] = await pair(target, room);
      const third = await openPlain(target, room);
      third.send('{"type":"offer"}');
      await takePlainError(third, 'room_full');
      assert.equal(await within(third.closed, 5_000, 'the third is still there'), 4001);
      await hearEachOther(a, b);
      assert.deepEqual([a.waiting, b.waiting], [[], []]);
    },
    PLAIN,
  ),

  scenario(
    '[PLAIN-3] when its socket closes its place is free: no resume window',
    async (target) => {
      const room = newRoom();
      const [a, b] = await pair(target, room);
      b.close();
      await b.closed;
      const c = await openPlainSoon(target, room, () => a.send('{"free":true}'));
      await hearEachOther(a, c);
      c.terminate();
      const d = await openPlainSoon(target, room, () => a.send('{"free":true}'));
      await hearEachOther(a, d);
      assert.deepEqual(a.waiting, []);
    },
    PLAIN,
  ),

  scenario(
    '[PLAIN-4] what is sent while alone goes nowhere',
    async (target) => {
      const room = newRoom();
      const [a, b] = await pair(target, room);
      b.close();
      await b.closed;
      a.send('{"type":"offer","sdp":"to nobody"}');
      a.send('not JSON');
      await takePlainError(a, 'bad_frame');
      const c = await openPlainSoon(target, room, () => a.send('{"first":true}'));
      assert.equal((await c.next()).raw, '{"first":true}');
    },
    PLAIN,
  ),

  scenario(
    '[PLAIN-5] what is binary or no JSON object is answered `error`, reaches nobody and closes nothing',
    async (target) => {
      const [a, b] = await pair(target, newRoom());
      for (const text of BAD_PLAIN) {
        a.send(text);
        await takePlainError(a, 'bad_frame');
      }
      a.sendBinary(Buffer.from('{"type":"offer"}'));
      await takePlainError(a, 'binary_not_allowed');
      a.send(JSON.stringify({ a: 'x'.repeat(50_000) }));
      await takePlainError(a, 'frame_too_large');
      a.send('{"after":"all"}');
      assert.equal((await b.next()).raw, '{"after":"all"}');
    },
    PLAIN,
  ),

  scenario(
    '[PLAIN-6] plain and native participants never share a room',
    async (target) => {
      const room = newRoom();
      const [a, b] = await pair(target, room);
      const [ann, bo] = [await join(target, room), await join(target, room)];
      assert.deepEqual(bo.roster.map(({ id }) => id).sort(), [ann.you, bo.you].sort());
      await exchange(ann, bo);
      await hearEachOther(a, b);
      assert.deepEqual([a.waiting, b.waiting], [[], []]);
    },
    PLAIN,
  ),

  scenario(
    '[PLAIN-1] [PLAIN-6] who names no room is in `lobby`; a name that is none is refused',
    async (target) => {
      const a = await openPlain(target);
      const b = await openPlain(target, 'lobby');
      await hearEachOther(a, b);
      for (const client of [a, b]) client.close();
      for (const room of ['', 'x'.repeat(129), 'a%00b']) {
        const { 'sec-websocket-protocol': _, ...headers } = upgradeHeaders();
        assert.equal((await askUpgrade(target, `/signaling?room=${room}`, headers)).status, 400, room);
      }
    },
    PLAIN,
  ),

  scenario(
    '[PLAIN-6] where tokens are required the dialect is not served',
    async (target) => {
      const { 'sec-websocket-protocol': _, ...headers } = upgradeHeaders();
      assert.equal((await askUpgrade(target, '/signaling', headers)).status, 404);
    },
    ['no-plain'],
  ),
];
