import assert from 'node:assert/strict';
import { changesOf, exchange, followBatches, takeChange, waitingChanges } from '../support/changes.js';
import { assertRefused } from '../support/expect.js';
import { fence, greet, join, newKey, newRoom, ofType, rejoin, request } from '../support/native.js';
import { resultOf, waiting } from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import { tokenOf } from '../support/target.js';

const last = <T>(items: readonly T[]): T => {
  const item = items.at(-1);
  assert(item !== undefined, 'nothing there');
  return item;
};

/** SNAP-*, BATCH-1, MSG-*, UPD-1. */
export const changes: readonly Scenario[] = [
  scenario(
    '[SNAP-1] [SNAP-2] a great roster comes in parts, all at one position, with no batch between them',
    async (target) => {
      const room = newRoom();
      const attributes = { a: 'x'.repeat(1_000) };
      const members = await Promise.all(
        Array.from({ length: 55 }, (_, i) => join(target, room, { attributes, name: `member ${i}` })),
      );
      let over = false;
      const noise = (async () => {
        for (let cmd = 1; !over; cmd += 1) {
          const replies = members.slice(0, 5).map((one) => request(one, { type: 'message', cmd }, 'noise'));
          await Promise.all(replies);
        }
      })();
      const client = await greet(target, room);
      client.frame({ type: 'join', id: 5, room, key: newKey(target), n: 1 });
      const reply = resultOf(await client.take(({ header }) => header['id'] === 5));
      const parts = [await client.next()];
      const { parts: count, at } = parts[0]?.header ?? {};
      while (parts.length < Number(count)) parts.push(await client.next());
      assert(parts.length > 1, 'one part alone');
      parts.forEach(({ header }, index) => {
        const { type, ...rest } = header;
        assert.equal(type, 'snapshot');
        assert.deepEqual(rest, { part: index + 1, parts: parts.length, at, recovered: false });
      });
      const roster = parts.flatMap(
        ({ payload = '' }) => JSON.parse(payload).participants as { id: string }[],
      );
      assert.deepEqual(
        roster.map(({ id }) => id).sort(),
        [...members.map(({ you }) => you), reply['you']].sort(),
      );
      const batches = [await client.take(ofType('batch')), await client.take(ofType('batch'))];
      followBatches(batches, at as [number, number]);
      over = true;
      await noise;
      for (const member of members) member.close();
    },
  ),

  scenario(
    '[SNAP-1] [TOKEN-4] hidden participants are shown to nobody but themselves',
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room, { identity: 'ann' });
      const token = await tokenOf(target, room, 'spy', { grants: { hidden: true } });
      const spy = await join(target, room, { token });
      assert.deepEqual(spy.roster.map(({ id }) => id).sort(), [ann.you, spy.you].sort());
      const bo = await join(target, room, { identity: 'bo' });
      assert.deepEqual(bo.roster.map(({ id }) => id).sort(), [ann.you, bo.you].sort());
      await takeChange(ann, 'joined', {
        matches: ({ participant }) => (participant as { id: string }).id === bo.you,
      });
      resultOf(await request(spy, { type: 'leave' }));
      await exchange(ann, bo);
      assert(!ann.waiting.some(({ raw }) => raw.includes(spy.you)), 'a hidden participant was shown');
      assert(!bo.waiting.some(({ raw }) => raw.includes(spy.you)), 'a hidden participant was shown');
    },
    ['token'],
  ),

  scenario(
    "[BATCH-1] each batch's `prev` is the position before it, and positions only rise",
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room);
      const { at: start } = (await rejoinForSnapshot()).snapshot;
      async function rejoinForSnapshot() {
        const client = await greet(target, room);
        client.frame({ type: 'join', id: 5, room, key: newKey(target), n: 1 });
        const snapshot = await client.take(ofType('snapshot'));
        return { client, snapshot: snapshot.header };
      }
      const { client: watcher, snapshot } = await rejoinForSnapshot();
      assert.notDeepEqual(snapshot['at'], start);
      const others = await Promise.all(Array.from({ length: 5 }, () => join(target, room)));
      await Promise.all(others.map((one) => request(one, { type: 'message', cmd: 1 }, 'hi')));
      others[0]?.terminate();
      if (others[1]) await rejoin(target, others[1]);
      await Promise.all(others.slice(2).map((one) => request(one, { type: 'leave' })));
      resultOf(await request(ann, { type: 'message', cmd: 1 }, 'the end'));
      const { batch } = await takeChange(watcher, 'message', { matches: ({ data }) => data === 'the end' });
      const batches = [...waiting(watcher, 'batch'), batch].sort((a, b) =>
        compare(a.header['at'] as number[], b.header['at'] as number[]),
      );
      assert(batches.length > 3);
      followBatches(batches, snapshot['at'] as [number, number]);
    },
  ),

  scenario(
    '[MSG-1] a message comes once to everybody, the sender included, and the reply has its position',
    async (target) => {
      const room = newRoom();
      const members = [await join(target, room), await join(target, room), await join(target, room)];
      const [ann] = members;
      assert(ann);
      const texts = ['hi', '', '{"text":"hi"}', 'line\nline', 'ü漢😀\u0000', 'x'.repeat(4_096)];
      for (const [index, text] of texts.entries()) {
        const { at } = resultOf(await request(ann, { type: 'message', cmd: index + 1 }, text));
        for (const member of members) {
          const { change, at: told } = await takeChange(member, 'message');
          assert.deepEqual([change, told], [{ what: 'message', from: ann.you, data: text }, at]);
        }
      }
      for (const member of members) {
        await fence(member);
        assert.deepEqual(waitingChanges(member, 'message'), []);
      }
    },
  ),

  scenario('[MSG-1] nothing keeps a message for later joiners', async (target) => {
    const room = newRoom();
    const ann = await join(target, room);
    resultOf(await request(ann, { type: 'message', cmd: 1 }, 'earlier'));
    const bo = await join(target, room);
    resultOf(await request(ann, { type: 'message', cmd: 2 }, 'later'));
    const { change } = await takeChange(bo, 'message');
    assert.equal(change['data'], 'later');
  }),

  scenario(
    '[MSG-2] above `messageBytes`, without a payload, or not UTF-8: refused, and told to nobody',
    async (target) => {
      const room = newRoom();
      const [ann, bo] = [await join(target, room), await join(target, room)];
      assertRefused(await request(ann, { type: 'message', cmd: 1 }, 'x'.repeat(4_097)), 'payload_too_large');
      assertRefused(await request(ann, { type: 'message', cmd: 1 }, '語'.repeat(1_366)), 'payload_too_large');
      assertRefused(await request(ann, { type: 'message', cmd: 1 }), 'bad_request');
      resultOf(await request(ann, { type: 'message', cmd: 1 }, 'good'));
      const { change } = await takeChange(bo, 'message');
      assert.equal(change['data'], 'good');
    },
  ),

  scenario('[UPD-1] an update changes what it carries, for everybody', async (target) => {
    const room = newRoom();
    const ann = await join(target, room, { name: 'Ann', attributes: { a: '1', b: '2' } });
    const bo = await join(target, room);
    const updates = [
      { name: 'Anna' },
      { attributes: { c: '3' } },
      { name: '', attributes: {} },
      { name: 'A' },
    ];
    for (const [index, update] of updates.entries()) {
      const { at } = resultOf(await request(ann, { type: 'update', cmd: index + 1, ...update }));
      for (const member of [ann, bo]) {
        const { change, at: told } = await takeChange(member, 'updated');
        assert.deepEqual([change, told], [{ what: 'updated', participant: ann.you, ...update }, at]);
      }
    }
    const cy = await join(target, room);
    const entry = cy.roster.find(({ id }) => id === ann.you);
    assert.deepEqual([entry?.['name'], entry?.['attributes']], ['A', {}]);
  }),

  scenario('[UPD-1] attributes above 1,024 bytes or 32 entries are `bad_request`', async (target) => {
    const room = newRoom();
    const [ann, bo] = [await join(target, room), await join(target, room)];
    const entries = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, '']));
    const update = (cmd: number, attributes: object) => request(ann, { type: 'update', cmd, attributes });
    assertRefused(await update(1, entries(33)), 'bad_request');
    assertRefused(await update(1, { a: 'x'.repeat(1_024 - '{"a":""}'.length + 1) }), 'bad_request');
    assertRefused(await update(1, { a: '語'.repeat(340) }), 'bad_request');
    resultOf(await update(1, entries(32)));
    resultOf(await update(2, { a: 'x'.repeat(1_024 - '{"a":""}'.length) }));
    const { change } = await takeChange(bo, 'updated');
    assert.deepEqual(change['attributes'], entries(32));
    await takeChange(bo, 'updated');
    assert.equal(last(changesOf(await afterAll())).what, 'message');
    async function afterAll() {
      resultOf(await request(ann, { type: 'message', cmd: 3 }, 'end'));
      return (await takeChange(bo, 'message')).batch;
    }
  }),
];

function compare([epoch = 0, version = 0]: number[], [otherEpoch = 0, otherVersion = 0]: number[]): number {
  return epoch - otherEpoch || version - otherVersion;
}
