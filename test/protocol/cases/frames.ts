import assert from 'node:assert/strict';
import { exchange } from '../support/changes.js';
import { assertClosed, assertError, assertRefused, takeError } from '../support/expect.js';
import { fence, greet, join, newKey, newRoom, ofType, request, waiting } from '../support/native.js';
import type { Member } from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import type { Target } from '../support/target.js';

const signal = ofType('signal');

async function pair(target: Target): Promise<[Member, Member]> {
  const room = newRoom();
  const ann = await join(target, room);
  return [ann, await join(target, room)];
}

/** A ping of exactly so many bytes; what fills it is a field that nobody knows. */
function pingOf(bytes: number, filler = '.'): string {
  const empty = '{"type":"ping","id":7,"fill":""}';
  const size = Buffer.byteLength(filler);
  const count = Math.floor((bytes - empty.length) / size);
  const rest = '.'.repeat(bytes - empty.length - count * size);
  return empty.replace('""', () => JSON.stringify(filler.repeat(count) + rest));
}

const nested = (levels: number): string =>
  `{"type":"ping","id":7,"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

/** Headers that are none, by what is wrong with them. */
export const BAD_HEADERS: readonly (readonly [what: string, frame: string])[] = [
  ['nothing', ''],
  ['a newline alone', '\n'],
  ['an empty line before a header', '\n{"type":"ping","id":7}'],
  ['not JSON', 'hello'],
  ['half of a JSON object', '{"type":"ping","id":7'],
  ['a JSON object over two lines', '{"type":\n"ping"}'],
  ['two JSON objects', '{"type":"ping"}{"type":"ping"}'],
  ['an array', '[{"type":"ping"}]'],
  ['a string', '"ping"'],
  ['a number', '7'],
  ['null', 'null'],
  ['2,049 bytes', pingOf(2_049)],
  ['2,049 bytes of fewer characters', pingOf(2_049, '語')],
  ['7 levels', nested(7)],
  ['1,000 levels', nested(1_000)],
  ['a key __proto__', '{"type":"ping","id":7,"__proto__":{"type":"x"}}'],
  ['a key __proto__ further in', '{"type":"ping","id":7,"x":{"a":[{"__proto__":1}]}}'],
  ['a key __proto__ with an escape', '{"type":"ping","id":7,"\\u005f_proto__":null}'],
  ['a number out of range', '{"type":"ping","id":7,"x":1e999}'],
  ['a negative number out of range', '{"type":"ping","id":7,"x":[-1e999]}'],
  ['a byte order mark', '\ufeff{"type":"ping","id":7}'],
];

/** Headers at the edge of what is allowed. */
const EDGE_HEADERS: readonly (readonly [what: string, frame: string])[] = [
  ['2,048 bytes', pingOf(2_048)],
  ['2,048 bytes of fewer characters', pingOf(2_048, '語')],
  ['6 levels', nested(6)],
  ['spaces around', ' {"type":"ping","id":7} \r'],
  ['a payload', '{"type":"ping","id":7}\nwhatever'],
  ['a number of the greatest size', '{"type":"ping","id":7,"x":1.7976931348623157e308}'],
];

/** FRAME-*. */
export const frames: readonly Scenario[] = [
  scenario('[FRAME-1] payloads: none, 0 bytes, newlines within', async (target) => {
    const [ann, bo] = await pair(target);
    const header = JSON.stringify({ type: 'signal', to: bo.you });
    for (const rest of ['', '\n', '\n\n', '\nv=0\r\no=- 1 1\r\n', '\n{"type":"offer"}']) {
      ann.send(header + rest);
      const { raw } = await bo.take(signal);
      assert.equal(raw, JSON.stringify({ type: 'signal', from: ann.you }) + rest);
    }
  }),

  scenario(
    '[FRAME-2] each header that is none is answered `bad_frame`, and the connection goes on',
    async (target) => {
      for (let start = 0; start < BAD_HEADERS.length; start += 10) {
        const client = await greet(target);
        for (const [what, frame] of BAD_HEADERS.slice(start, start + 10)) {
          client.send(frame);
          const answer = await client.next();
          assert.equal(answer.header['code'], 'bad_frame', `${what}: ${answer.raw}`);
          assertError(answer, 'bad_frame');
        }
        await fence(client);
        client.close();
      }
    },
  ),

  scenario('[FRAME-2] a header at the edge of what is allowed is taken', async (target) => {
    const client = await greet(target);
    for (const [what, frame] of EDGE_HEADERS) {
      client.send(frame);
      const { header, raw } = await client.next();
      assert.deepEqual(header, { type: 'pong', id: 7 }, `${what}: ${raw}`);
    }
  }),

  scenario('[FRAME-2] bytes that are not UTF-8 in a header are answered `bad_frame`', async (target) => {
    const client = await greet(target);
    client.sendBinary(Buffer.concat([Buffer.from('{"type":"signal","to":"p_\xff"}', 'latin1')]));
    await takeError(client, 'bad_frame');
    await fence(client);
  }),

  scenario('[FRAME-2] [CLOSE-1] who keeps sending what is no frame is closed with 4000', async (target) => {
    const client = await greet(target);
    for (let i = 0; i < 100; i += 1) client.send('no frame');
    const { raw } = await assertClosed(client, 4000);
    assert.match(raw, /"action":"stop"/);
    for (const frame of waiting(client, 'error')) assertError(frame, 'bad_frame');
  }),

  scenario(
    '[FRAME-3] a signal keeps its kind of message; any other binary frame is refused',
    async (target) => {
      const [ann, bo] = await pair(target);
      const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const header = Buffer.from(`${JSON.stringify({ type: 'signal', to: bo.you, kind: 'bytes' })}\n`);
      ann.sendBinary(Buffer.concat([header, every]));
      const { binary, bytes, header: got } = await bo.take(signal);
      assert.deepEqual([binary, got['kind']], [true, 'bytes']);
      assert.deepEqual([...bytes.subarray(bytes.indexOf(10) + 1)], [...every]);
      ann.frame({ type: 'signal', to: bo.you });
      assert.equal((await bo.take(signal)).binary, false);

      const bytesOf = (header: object): Uint8Array => Buffer.from(`${JSON.stringify(header)}\nhi`);
      for (const type of ['message', 'update', 'leave', 'hello', 'refresh']) {
        ann.sendBinary(bytesOf({ type, id: 70, cmd: 1, token: 'a.b.c' }));
        assertRefused(await ann.take(({ header }) => header['id'] === 70), 'binary_not_allowed');
      }
      ann.sendBinary(bytesOf({ type: 'ping' }));
      await takeError(ann, 'binary_not_allowed');
      await exchange(ann, bo);
      assert.deepEqual(waiting(bo, 'batch'), []);
    },
  ),

  scenario('[FRAME-4] from 48 KiB on a frame is refused, and a signal nacked with `size`', async (target) => {
    const [ann, bo] = await pair(target);
    const signalOf = (bytes: number, link: readonly number[]): string => {
      const header = `${JSON.stringify({ type: 'signal', to: bo.you, link })}\n`;
      return header + 'x'.repeat(bytes - header.length);
    };
    ann.send(signalOf(49_151, [1, 1, 0]));
    assert.equal((await bo.take(signal)).payload?.at(-1), 'x');
    for (const bytes of [49_152, 65_536]) {
      ann.send(signalOf(bytes, [1, 2, 0]));
      await takeError(ann, 'frame_too_large');
      const { header } = await ann.take(ofType('nack'));
      assert.deepEqual(header, { type: 'nack', to: bo.you, link: [1, 2, 0], reason: 'size' });
    }
    ann.send(`{"type":"message","id":9,"cmd":1}\n${'x'.repeat(50_000)}`);
    await takeError(ann, 'frame_too_large');
    ann.send('x'.repeat(50_000));
    await takeError(ann, 'frame_too_large');
    await exchange(ann, bo);
    assert.deepEqual(
      bo.waiting.map(({ raw }) => raw),
      [],
      'what was refused reached somebody',
    );
  }),

  scenario('[FRAME-4] a frame above 64 KiB ends the connection, and no other', async (target) => {
    const [ann, bo] = await pair(target);
    ann.send(`${JSON.stringify({ type: 'signal', to: bo.you })}\n`.padEnd(65_537, 'x'));
    await ann.closed;
    await fence(bo);
    assert.deepEqual(waiting(bo, 'signal'), []);
  }),

  scenario('[FRAME-5] what a receiver does not know is ignored and goes to nobody', async (target) => {
    const [ann, bo] = await pair(target);
    const strange = { n: 9, token: 'leak', constructor: 1, toString: 2, 'x-more': { deep: [1] } };
    ann.frame(
      { ...strange, type: 'signal', to: bo.you, from: bo.you, link: [1, 1, 0], kind: 'k', x: {} },
      'y',
    );
    const { raw } = await bo.take(signal);
    const expected = { type: 'signal', from: ann.you, kind: 'k', link: [1, 1, 0], x: {} };
    assert.deepEqual(JSON.parse(raw.slice(0, raw.indexOf('\n'))), expected);

    const cy = await greet(target, ann.room);
    const key = newKey(target);
    cy.frame({
      ...strange,
      type: 'join',
      id: 5,
      room: ann.room,
      key,
      n: 1,
      online: false,
      kind: 'hidden',
      id2: 1,
    });
    const { payload = '' } = await bo.take((frame) => frame.payload?.includes('"joined"') === true);
    const [{ participant }] = JSON.parse(payload) as [{ participant: object }];
    const fields = ['attributes', 'caps', 'id', 'kind', 'name', 'status'];
    assert.deepEqual(Object.keys(participant).sort(), fields);
    assert.equal((participant as { kind: string }).kind, 'standard');
  }),

  scenario(
    '[FRAME-6] `x` is passed on as the same value up to 256 bytes, the payload byte for byte',
    async (target) => {
      const [ann, bo] = await pair(target);
      const free = { a: [1, -2.5, null, true, { '': 'ü\u0000"\\' }], big: 9_007_199_254_740_991 };
      const fill = { f: 'é'.repeat((256 - '{"f":""}'.length) / 2) };
      for (const x of [free, fill, {}]) {
        ann.frame({ type: 'signal', to: bo.you, x });
        assert.deepEqual((await bo.take(signal)).header['x'], x);
      }
      for (const x of [{ f: 'é'.repeat(125) }, [], 'text', 7, null]) {
        ann.frame({ type: 'signal', to: bo.you, x });
        const { header } = await takeError(ann, 'bad_request');
        assert.match(String(header['message']), /^x\b/);
      }
      for (const payload of ['not JSON {', ' {"a" : 1.0e0} ', '\u0000', 'ü漢😀\u2028', '__proto__']) {
        ann.frame({ type: 'signal', to: bo.you }, payload);
        assert.equal((await bo.take(signal)).payload, payload);
      }
      await request(ann, { type: 'leave' });
    },
  ),
];
