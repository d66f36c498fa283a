import assert from 'node:assert/strict';
import { takeChange, waitingChanges } from '../support/changes.js';
import { assertClosed, assertRefused, takeError } from '../support/expect.js';
import {
  fence,
  greet,
  join,
  newKey,
  newRoom,
  ofType,
  rejoin,
  request,
  resultOf,
  waiting,
} from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';

const KEY = 'k'.repeat(22);
const join_ = (fields: object): object => ({ type: 'join', room: 'r', key: KEY, n: 1, ...fields });

/** Requests with one field that is not of its form, by its name. `secret-value` must not come back. */
export const BAD_FIELDS: readonly (readonly [field: string, request: object])[] = [
  ['features', { type: 'hello', features: 'secret-value' }],
  ['token', { type: 'hello', token: { a: 'secret-value' } }],
  ['token', { type: 'hello', token: '' }],
  ['room', join_({ room: undefined })],
  ['room', join_({ room: 7 })],
  ['room', join_({ room: '' })],
  ['room', join_({ room: `secret-value${'x'.repeat(117)}` })],
  ['room', join_({ room: 'secret-value\u0000' })],
  ['room', join_({ room: 'secret-value\ud800' })],
  ['key', join_({ key: undefined })],
  ['key', join_({ key: 'secret-value' })],
  ['key', join_({ key: 'secret-value!!!!!!!!!!!!!!!!' })],
  ['key', join_({ key: 'a'.repeat(129) })],
  ['key', join_({ key: '0123456789abcdef0123456789abcde' })],
  ['n', join_({ n: undefined })],
  ['n', join_({ n: -1 })],
  ['n', join_({ n: 1.5 })],
  ['n', join_({ n: '1' })],
  ['n', join_({ n: 2 ** 53 })],
  ['at', join_({ at: [1] })],
  ['at', join_({ at: [1, 2, 3] })],
  ['at', join_({ at: { epoch: 'secret-value' } })],
  ['name', join_({ name: 'secret-value\n' })],
  ['name', join_({ name: 'n'.repeat(257) })],
  ['attributes', join_({ attributes: ['secret-value'] })],
  ['attributes', join_({ attributes: { a: 1 } })],
  ['attributes', join_({ attributes: { a: 'x'.repeat(1_024) } })],
  ['caps', join_({ caps: 'secret-value' })],
  ['caps', join_({ caps: Array.from({ length: 17 }, () => 'c') })],
  ['caps', join_({ caps: ['c'.repeat(33)] })],
  ['replaces', join_({ replaces: 'secret-value' })],
  ['cmd', { type: 'message' }],
  ['cmd', { type: 'message', cmd: 'secret-value' }],
  ['cmd', { type: 'update', name: 'x' }],
  ['cmd', { type: 'leave', cmd: -1 }],
  ['name', { type: 'update', cmd: 1, name: 7 }],
  ['attributes', { type: 'update', cmd: 1, attributes: 'secret-value' }],
  ['token', { type: 'refresh' }],
  ['token', { type: 'refresh', token: 7 }],
];

/** Signals with one field that is not of its form. */
export const BAD_SIGNALS: readonly (readonly [field: string, signal: object])[] = [
  ['to', {}],
  ['to', { to: 7 }],
  ['to', { to: 'secret-value' }],
  ['to', { to: 'g_secret-value' }],
  ['to', { to: `p_${'x'.repeat(65)}` }],
  ['kind', { to: 'p_x', kind: 'secret-value'.repeat(3) }],
  ['kind', { to: 'p_x', kind: 7 }],
  ['kind', { to: 'p_x', kind: 'secret-value\t' }],
  ['link', { to: 'p_x', link: [1, 2] }],
  ['link', { to: 'p_x', link: [1, 2, 3, 4] }],
  ['link', { to: 'p_x', link: [1, 2, -1] }],
  ['link', { to: 'p_x', link: [1, 0.5, 1] }],
  ['link', { to: 'p_x', link: '1,2,3' }],
  ['link', { to: 'p_x', link: [1, 2, 9_007_199_254_740_992] }],
  ['x', { to: 'p_x', x: ['secret-value'] }],
  ['x', { to: 'p_x', x: { a: `secret-value${'x'.repeat(250)}` } }],
];

function assertNames(message: unknown, field: string, what: object): void {
  assert.match(String(message), new RegExp(`^${field}\\b`), JSON.stringify(what));
  assert(!String(message).includes('secret-value'), `repeats the value: ${String(message)}`);
}

/** REQ-*. */
export const requests: readonly Scenario[] = [
  scenario('[REQ-1] every request gets one reply with its id, whatever id it chose', async (target) => {
    const room = newRoom();
    const client = await greet(target, room);
    const greatest = 9_007_199_254_740_991;
    client.frame({ type: 'join', id: 0, room, key: newKey(target), n: 1 });
    assert.equal((await client.take(ofType('reply'))).header['id'], 0);
    client.frame({ type: 'message', id: greatest, cmd: 1 }, 'hi');
    client.frame({ type: 'update', id: greatest, cmd: 2, name: 'A' });
    client.frame({ type: 'message', id: 5, cmd: 9 }, 'out of order');
    client.frame({ type: 'nonsense', id: 6 });
    client.frame({ type: 'leave', id: 7 });
    await client.take(({ header }) => header['id'] === 7);
    await fence(client);
    const replies = client.waiting.filter(ofType('reply')).map(({ header }) => header['id']);
    assert.deepEqual(replies.sort(), [5, 6, greatest, greatest]);
  }),

  scenario(
    '[REQ-2] an unknown type, and those reserved for moderators, are answered `unsupported`',
    async (target) => {
      const room = newRoom();
      for (const client of [await greet(target, room), await join(target, room)]) {
        for (const type of [
          'remove',
          'mute',
          'lock',
          'close',
          'nonsense',
          'welcome',
          '',
          '__proto__',
          'toString',
        ]) {
          assertRefused(await request(client, { type, participant: 'p_x', room }), 'unsupported');
          client.frame({ type });
          await takeError(client, 'unsupported');
        }
      }
    },
  ),

  scenario('[QUALITY-2] a report on calls is not answered, whatever it holds', async (target) => {
    const client = await join(target, newRoom());
    client.frame({
      type: 'quality',
      pairs: [{ localCandidate: 'host', remoteCandidate: 'relay', rttMs: 43 }],
    });
    for (let i = 0; i < 30; i += 1) client.frame({ type: 'quality', pairs: 'secret-value', id: 9 });
    await fence(client);
    assert.deepEqual([...waiting(client, 'error'), ...waiting(client, 'reply')], []);
  }),

  scenario(
    '[REQ-3] a field not of its form is `bad_request`, named first, its value never repeated',
    async (target) => {
      const perClient = 12;
      for (let start = 0; start < BAD_FIELDS.length; start += perClient) {
        const client = await greet(target);
        for (const [field, bad] of BAD_FIELDS.slice(start, start + perClient)) {
          const { message } = assertRefused(await request(client, bad), 'bad_request');
          assertNames(message, field, bad);
        }
        await fence(client);
        client.close();
      }
    },
  ),

  scenario(
    '[REQ-3] [REQ-4] a signal with a field not of its form is told by an `error` frame',
    async (target) => {
      const ann = await join(target, newRoom());
      for (const [field, bad] of BAD_SIGNALS) {
        ann.frame({ type: 'signal', ...bad }, 'payload');
        const { header } = await takeError(ann, 'bad_request');
        assertNames(header['message'], field, bad);
      }
      await fence(ann);
      assert.deepEqual(ann.waiting, []);
    },
  ),

  scenario(
    '[REQ-3] a header without a type is `bad_request`, and who keeps on is closed with 4000',
    async (target) => {
      const client = await greet(target);
      client.frame({ id: 5 });
      const { message } = assertRefused(await client.next(), 'bad_request');
      assert.match(String(message), /^type\b/);
      for (let i = 0; i < 100; i += 1) client.frame({ type: 'join', id: 6 });
      await assertClosed(client, 4000);
    },
  ),

  scenario('[REQ-4] without a usable id the answer is an `error` frame', async (target) => {
    const client = await greet(target, newRoom());
    for (const id of [undefined, null, -1, 1.5, '7', [7], 9_007_199_254_740_992]) {
      client.frame({ type: 'leave', id });
      const { header } = await takeError(client, 'bad_request');
      assertNames(header['message'], 'id', { id });
      assert.deepEqual(Object.keys(header).sort(), ['code', 'message', 'type']);
    }
    client.frame({ type: 'nonsense', id: '7' });
    await takeError(client, 'unsupported');
    await fence(client);
  }),

  scenario('[REQ-5] `cmd` counts from 1; the latest is answered again and not done again', async (target) => {
    const room = newRoom();
    const [ann, bo] = [await join(target, room), await join(target, room)];
    const message = (cmd: number, text = `text ${cmd}`) => request(ann, { type: 'message', cmd }, text);
    for (const cmd of [0, 2, 9_007_199_254_740_991]) assertRefused(await message(cmd), 'cmd_out_of_order');
    const first = resultOf(await message(1));
    assert.deepEqual(resultOf(await message(1)), first);
    assert.deepEqual(resultOf(await message(1, 'another text')), first);
    assertRefused(await message(3), 'cmd_out_of_order');
    const update = (cmd: number) => request(ann, { type: 'update', cmd, name: `name ${cmd}` });
    assertRefused(await update(3), 'cmd_out_of_order');
    const second = resultOf(await update(2));
    assert.deepEqual(resultOf(await update(2)), second);
    assertRefused(await message(1), 'cmd_out_of_order');
    resultOf(await message(3));
    await takeChange(bo, 'message', { matches: ({ data }) => data === 'text 3' });
    const seen = waitingChanges(bo).filter(({ what }) => what !== 'joined');
    assert.deepEqual(
      seen.map(({ what, data, name }) => [what, data ?? name]),
      [
        ['message', 'text 1'],
        ['updated', 'name 2'],
      ],
    );
  }),

  scenario('[REQ-5] `cmd` is counted on over resumes', async (target) => {
    const room = newRoom();
    const [ann, bo] = [await join(target, room), await join(target, room)];
    resultOf(await request(ann, { type: 'message', cmd: 1 }, 'one'));
    const latest = resultOf(await request(ann, { type: 'message', cmd: 2 }, 'two'));
    ann.terminate();
    const again = await rejoin(target, ann);
    assert.deepEqual(resultOf(await request(again, { type: 'message', cmd: 2 }, 'two')), latest);
    assertRefused(await request(again, { type: 'message', cmd: 1 }, 'one'), 'cmd_out_of_order');
    resultOf(await request(again, { type: 'message', cmd: 3 }, 'three'));
    await takeChange(bo, 'message', { matches: ({ data }) => data === 'three' });
    assert.deepEqual(
      waitingChanges(bo, 'message').map(({ data }) => data),
      ['one', 'two'],
    );
  }),

  scenario('[REQ-6] outside a room what needs one is answered `not_joined`', async (target) => {
    const room = newRoom();
    const client = await greet(target, room);
    const check = async (): Promise<void> => {
      for (const header of [
        { type: 'leave' },
        { type: 'message', cmd: 1 },
        { type: 'update', cmd: 1, name: 'x' },
      ]) {
        assertRefused(await request(client, header, 'hi'), 'not_joined');
      }
      client.frame({ type: 'signal', to: 'p_x', link: [1, 1, 0] }, 'hi');
      await takeError(client, 'not_joined');
    };
    await check();
    resultOf(await request(client, { type: 'join', room, key: newKey(target), n: 1 }));
    resultOf(await request(client, { type: 'leave' }));
    await check();
  }),
];
