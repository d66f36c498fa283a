import assert from 'node:assert/strict';
import { exchange, takeChange, waitingChanges } from '../support/changes.js';
import { assertClosed, assertRefused } from '../support/expect.js';
import { fence, greet, join, newKey, newRoom, ofType, rejoin, request } from '../support/native.js';
import { resultOf, seat, sendJoin, waiting } from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import { tokenOf } from '../support/target.js';

const NAMES = [
  'r',
  'room with spaces',
  'a/b?c#d%20',
  '..',
  '__proto__',
  'ü語😀',
  '語'.repeat(42),
  'x'.repeat(128),
];

/** ROOM-*, JOIN-*, LEAVE-1. */
export const joins: readonly Scenario[] = [
  scenario('[ROOM-1] a name is 1 to 128 bytes of UTF-8 without control characters', async (target) => {
    for (const name of NAMES) {
      const room = Buffer.byteLength(name) > 100 ? name : `${name}${newRoom()}`;
      const ann = await join(target, room);
      assert.equal(ann.roster.length, 1, room);
      resultOf(await request(ann, { type: 'leave' }));
      ann.close();
    }
    const client = await greet(target);
    for (const room of [
      '',
      'x'.repeat(129),
      '語'.repeat(43),
      'a\nb',
      '\u0000',
      '\u007f',
      '\u0085',
      'a\ud800b',
    ]) {
      assertRefused(await sendJoin(client, room, { key: newKey(target) }), 'bad_request');
    }
  }),

  scenario(
    '[ROOM-1] rooms of different apps never meet whatever their names',
    async (target) => {
      const room = newRoom();
      const ours = await join(target, room, { identity: 'ann' });
      const token = await tokenOf(target, room, 'ann', { app: 'other' });
      const theirs = await join(target, room, { token, key: ours.key, n: 2 });
      assert.deepEqual([theirs.resumed, theirs.roster.length], [false, 1]);
      assert.notEqual(theirs.you, ours.you);
      theirs.frame({ type: 'signal', to: ours.you, link: [1, 1, 0] });
      await theirs.take(ofType('nack'));
      await fence(ours);
      assert.deepEqual(ours.waiting, []);
    },
    ['claims'],
  ),

  scenario('[ROOM-2] signals and changes reach members of their room alone', async (target) => {
    const [here, there] = [newRoom(), newRoom()];
    const [ann, bo] = [await join(target, here), await join(target, here)];
    const cy = await join(target, there);
    cy.frame({ type: 'signal', to: ann.you, link: [1, 1, 0], kind: 'stray' }, 'stray');
    const { header } = await cy.take(ofType('nack'));
    assert(['wait', 'gone'].includes(String(header['reason'])));
    resultOf(await request(cy, { type: 'message', cmd: 1, room: here }, 'stray'));
    resultOf(await request(ann, { type: 'message', cmd: 1 }, 'here'));
    resultOf(await request(ann, { type: 'update', cmd: 2, name: 'Ann' }));
    await exchange(bo, ann);
    await fence(cy);
    assert.deepEqual(waiting(ann, 'signal'), []);
    assert(!ann.waiting.some(({ raw }) => raw.includes('stray')));
    assert(!cy.waiting.some(({ raw }) => raw.includes('here') || raw.includes('Ann')));
  }),

  scenario(
    '[JOIN-1] a join is answered by the reply, then the snapshot with oneself in it, then batches',
    async (target) => {
      const room = newRoom();
      const client = await greet(target, room);
      const fields = { name: 'Ann', attributes: { role: 'host' }, caps: ['link1', 'more'] };
      client.frame({ type: 'join', id: 9, room, key: newKey(target), n: 1, ...fields });
      const [reply, snapshot] = [await client.next(), await client.next()];
      const result = resultOf(reply);
      assert.deepEqual(Object.keys(result), ['you', 'resumed', 'at', 'iceServers']);
      assert.match(String(result['you']), /^p_[\w-]{1,64}$/);
      assert.equal(result['resumed'], false);
      assert(Array.isArray(result['iceServers']));
      const { at, ...rest } = snapshot.header;
      assert.deepEqual(rest, { type: 'snapshot', part: 1, parts: 1, recovered: false });
      const { participants, room: info } = JSON.parse(snapshot.payload ?? '');
      assert.deepEqual([info.name, info.locked], [room, false]);
      assert.deepEqual(participants, [{ id: result['you'], ...fields, kind: 'standard', status: 'online' }]);
      await join(target, room);
      const batch = await client.next();
      assert.deepEqual([batch.header['type'], batch.header['prev']], ['batch', at]);
    },
  ),

  scenario(
    '[JOIN-2] an unknown key makes a new participant, told as `joined`; ids are never used again',
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room);
      const ids = new Set([ann.you]);
      const key = newKey(target);
      for (let round = 1; round <= 3; round += 1) {
        const bo = await join(target, room, { key, name: 'Bo', n: round });
        assert.equal(bo.resumed, false);
        const { change } = await takeChange(ann, 'joined');
        assert.deepEqual(Object.keys(change), ['what', 'participant']);
        assert.deepEqual(
          change['participant'],
          bo.roster.find(({ id }) => id === bo.you),
        );
        ids.add(bo.you);
        resultOf(await request(bo, { type: 'leave' }));
        bo.close();
      }
      assert.equal(ids.size, 4);
    },
  ),

  scenario(
    '[JOIN-3] a room takes as many as it holds under any concurrency, and a resume is never refused',
    async (target) => {
      const room = newRoom();
      const { limits, ...first } = await greet(target, room);
      first.close();
      const size = limits['roomSize'] ?? 0;
      const clients = await Promise.all(Array.from({ length: size + 4 }, () => greet(target, room)));
      const keys = clients.map(() => newKey(target));
      const replies = await Promise.all(
        clients.map((client, index) => sendJoin(client, room, { key: keys[index] ?? '' })),
      );
      const refused = replies.filter(({ header }) => 'error' in header);
      assert.equal(refused.length, 4);
      for (const reply of refused) assertRefused(reply, 'room_full');
      const inside = replies.findIndex(({ header }) => 'result' in header);
      const outside = replies.findIndex(({ header }) => 'error' in header);
      const [member, waiter] = [clients[inside], clients[outside]];
      assert(member && waiter);
      const key = keys[inside] ?? '';
      const again = await join(target, room, { key, n: 2 });
      assert.deepEqual([again.resumed, again.roster.length], [true, size]);
      resultOf(await request(again, { type: 'leave' }));
      resultOf(await sendJoin(waiter, room, { key: newKey(target) }));
      for (const client of [...clients, again]) client.close();
    },
  ),

  scenario('[JOIN-4] a second join on a joined connection is answered `already_joined`', async (target) => {
    const room = newRoom();
    const [ann, bo] = [await join(target, room), await join(target, room)];
    assertRefused(await sendJoin(ann, room, { key: ann.key, n: 2 }), 'already_joined');
    assertRefused(await sendJoin(ann, room, { key: newKey(target) }), 'already_joined');
    await exchange(ann, bo);
    assert.deepEqual(waiting(bo, 'batch'), []);
  }),

  scenario(
    '[JOIN-5] a known key with another identity is answered `key_mismatch`',
    async (target) => {
      const room = newRoom();
      const [ann, bo] = [await join(target, room, { identity: 'ann' }), await join(target, room)];
      const thief = await greet(target, room, { identity: 'thief' });
      for (const n of [1, 2, 9_007_199_254_740_991]) {
        assertRefused(await sendJoin(thief, room, { key: ann.key, n }), 'key_mismatch');
      }
      await exchange(ann, bo);
      assert.deepEqual(waitingChanges(bo), []);
    },
    ['token'],
  ),

  scenario(
    '[JOIN-6] a lower `n` than the bound one is answered `outdated`, and nothing else happens',
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room, { n: 5 });
      const bo = await join(target, room);
      for (const n of [0, 4]) {
        const late = await greet(target, room);
        assertRefused(await sendJoin(late, room, { key: ann.key, n }), 'outdated');
        await fence(late);
      }
      await exchange(ann, bo);
      assert.equal(ann.socket.readyState, 1);
    },
  ),

  scenario(
    '[JOIN-6] an `n` equal to the bound one is answered `outdated`, and nothing else happens',
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room, { n: 5 });
      const bo = await join(target, room);
      const twin = await greet(target, room);
      assertRefused(await sendJoin(twin, room, { key: ann.key, n: 5 }), 'outdated');
      await exchange(ann, bo);
      await exchange(bo, ann);
    },
  ),

  scenario(
    '[JOIN-7] `replaces` makes an earlier participant of the same identity leave in the same commit',
    async (target) => {
      const room = newRoom();
      const bo = await join(target, room);
      const old = await join(target, room, { identity: 'ann' });
      await takeChange(bo, 'joined');
      const ann = await join(target, room, { identity: 'ann', replaces: old.key });
      assert.equal(ann.resumed, false);
      const { change, batch } = await takeChange(bo, 'joined');
      assert.deepEqual(
        [change['replaces'], (change['participant'] as { id: string }).id],
        [old.you, ann.you],
      );
      const left = (JSON.parse(batch.payload ?? '') as { what: string }[]).find(
        ({ what }) => what === 'left',
      );
      assert.deepEqual(left, { what: 'left', participant: old.you, reason: 'left' });
      assert.deepEqual(ann.roster.map(({ id }) => id).sort(), [ann.you, bo.you].sort());
      await assertClosed(old, 4009);
    },
    ['token'],
  ),

  scenario(
    '[JOIN-7] `replaces` does nothing to a participant of another identity, or an unknown one',
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room, { identity: 'ann' });
      const eve = await join(target, room, { identity: 'eve', replaces: ann.key });
      const cy = await join(target, room, { replaces: newKey(target) });
      for (const id of [eve.you, cy.you]) {
        const { change } = await takeChange(ann, 'joined');
        assert.deepEqual([(change['participant'] as { id: string }).id, change['replaces']], [id, undefined]);
      }
      await exchange(ann, eve);
      assert.deepEqual(waitingChanges(ann, 'left'), []);
    },
    ['token'],
  ),

  scenario(
    '[JOIN-8] ICE servers come with the join',
    async (target) => {
      const client = await greet(target, newRoom());
      const { iceServers } = resultOf(await sendJoin(client, newRoom(), { key: newKey(target) })) as {
        iceServers: { urls: unknown; username?: string; credential?: string }[];
      };
      const turn = iceServers.find(({ credential }) => credential !== undefined);
      assert(turn, 'no TURN server with a credential');
      target.secrets.add(turn.credential ?? '');
      assert.match(turn.username ?? '', /^\d+:[\w-]+$/);
    },
    ['turn', 'open'],
  ),

  scenario(
    '[JOIN-8] newer ICE servers are pushed before the earlier ones expire',
    async (target) => {
      const ann = await join(target, newRoom());
      const { header } = await ann.take(ofType('ice-servers'), 31_000);
      const { iceServers, ttl } = header as { iceServers: { credential?: string }[]; ttl: number };
      assert(Number.isSafeInteger(ttl) && ttl > 0);
      const turn = iceServers.find(({ credential }) => credential !== undefined);
      assert(turn?.credential);
      target.secrets.add(turn.credential);
    },
    ['short-ttl'],
  ),

  scenario(
    '[LEAVE-1] a leave is answered with a position, told at once, and the connection may join again',
    async (target) => {
      const room = newRoom();
      const [ann, bo] = [await join(target, room), await join(target, room)];
      const result = resultOf(await request(bo, { type: 'leave' }));
      const { change, at } = await takeChange(ann, 'left');
      assert.deepEqual(change, { what: 'left', participant: bo.you, reason: 'left' });
      assert.deepEqual(result, { at });
      const newcomer = await seat(target, bo, room);
      assert.equal(newcomer.resumed, false);
      await exchange(ann, newcomer);
      const other = newRoom();
      resultOf(await request(newcomer, { type: 'leave' }));
      if (!target.offers.has('jwt')) await seat(target, bo, other);
    },
  ),

  scenario('[LEAVE-1] after a leave the key is unknown', async (target) => {
    const room = newRoom();
    const ann = await join(target, room);
    resultOf(await request(ann, { type: 'leave' }));
    const again = await rejoin(target, ann);
    assert.equal(again.resumed, false);
    assert.notEqual(again.you, ann.you);
  }),
];
