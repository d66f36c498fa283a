import { ORIGIN } from '@parley/protocol';
import { bindingsHash, emptyRoom } from '@parley/protocol/internal';
import { describe, expect, test } from 'vitest';
import { DIGEST_PART_BYTES } from '../../src/rooms/digest-parts.js';
import { GATEWAY, joinCommand, memberOf, ROOM } from './fake-owner.js';
import { createRig, createSession } from './rig.js';
import type { Rig } from './rig.js';
import { digestsTo, enter, listings } from './scenes.js';

/** Puts one participant in each of many rooms. */
async function fill(rig: Rig, count: number, prefix = 'room'): Promise<void> {
  rig.answer = (_to, { app, room, ...request }) => {
    const id = 'command' in request && request.command.do === 'join' ? (request.command.newId ?? '') : '';
    const member = memberOf(id, { gateway: GATEWAY });
    const state = { ...emptyRoom({ app, room }, 64), at: [1, 1] as const, members: new Map([[id, member]]) };
    return { type: 'done', reply: { ok: true, at: state.at, you: id, resumed: false }, state };
  };
  for (let i = 0; i < count; i += 1) {
    const room = { app: 'default', room: `${prefix}-${i}` };
    void rig.copies
      .join(room, joinCommand(`p_${i}`))
      .then(() => rig.copies.attach(room, createSession(`p_${i}`)));
  }
  await rig.clock.advance(10);
}

const roomNames = (rig: Rig, owner: string): string[] =>
  digestsTo(rig, owner).flatMap(({ record }) => record.rooms.map(({ room }) => room));

describe('digests', () => {
  test('[N3] a cycle each 15 to 30 s tells position, hash of the own connected, and joins in flight', async () => {
    const rig = createRig();
    rig.copies.start();
    await enter(rig, 'p_a', 'p_b');
    rig.receiveBatch(rig.owner.commit([{ what: 'joined', member: memberOf('p_z') }]));
    rig.answer = () => 'silence';
    const other = { app: 'default', room: 'other' };
    await rig.clock.advance(14_000);
    expect(rig.sent).toEqual([]);
    rig.answer = async () => new Promise(() => undefined);
    for (let i = 0; i < 12; i += 1) {
      void rig.copies.join(other, joinCommand('p_c', i + 1));
      await rig.clock.advance(1_400);
    }
    const [first] = digestsTo(rig, 'r_1');
    const hash = bindingsHash([
      { id: 'p_b', n: 1 },
      { id: 'p_a', n: 1 },
    ]);
    expect(first?.record).toEqual({
      type: 'digest',
      cycle: 1,
      part: 1,
      parts: 1,
      rooms: [
        { ...ROOM, at: rig.owner.state.at, hash, joining: 0 },
        { ...other, at: ORIGIN, hash: bindingsHash([]), joining: expect.any(Number) },
      ],
    });
    expect(first?.record.rooms[1]?.joining).toBeGreaterThan(0);
    await rig.clock.advance(300_000);
    const times = digestsTo(rig, 'r_1').map(({ atMs }) => atMs);
    expect(digestsTo(rig, 'r_1').map(({ record }) => record.cycle)).toEqual(
      times.map((_, index) => index + 1),
    );
    for (const [index, at] of times.entries()) {
      const gap = at - (times[index - 1] ?? 0);
      expect(gap).toBeGreaterThanOrEqual(15_000);
      expect(gap).toBeLessThanOrEqual(30_000);
    }
  });

  test('[N3] every owner gets a complete cycle of its rooms, an empty one too', async () => {
    const rig = createRig({ owners: ['r_1', 'r_2'] });
    rig.copies.start();
    await enter(rig, 'p_a');
    await rig.clock.advance(30_000);
    expect(roomNames(rig, 'r_1')).toEqual([ROOM.room]);
    expect(digestsTo(rig, 'r_2')[0]?.record).toMatchObject({ part: 1, parts: 1, rooms: [] });
  });

  test('[N3] parts stay below 64 KiB and are complete', async () => {
    const rig = createRig();
    await fill(rig, 1_500);
    rig.copies.start();
    await rig.clock.advance(30_000);
    const parts = digestsTo(rig, 'r_1').map(({ record }) => record);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => index + 1));
    expect(new Set(parts.map(({ cycle, parts: of }) => `${cycle} ${of}`))).toEqual(
      new Set([`1 ${parts.length}`]),
    );
    for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(DIGEST_PART_BYTES + 1_024);
    expect(new Set(roomNames(rig, 'r_1')).size).toBe(1_500);
  });

  test('[N3] R4 a reset of the bus brings a cycle within 200 ms, and one a second later, for owners that are back later', async () => {
    const rig = createRig();
    rig.copies.resync();
    rig.copies.start();
    await enter(rig, 'p_a');
    rig.copies.resync();
    rig.copies.resync();
    await rig.clock.advance(200);
    expect(roomNames(rig, 'r_1')).toEqual([ROOM.room]);
    expect(rig.telemetry.counted('parley_gateway_digests_total', { cause: 'reset' })).toBe(1);
    await rig.clock.advance(1_000);
    expect(digestsTo(rig, 'r_1')).toHaveLength(2);
    await rig.clock.advance(14_000);
    expect(digestsTo(rig, 'r_1')).toHaveLength(2);
    for (let i = 0; i < 20; i += 1) {
      rig.copies.resync();
      await rig.clock.advance(20);
    }
    expect(digestsTo(rig, 'r_1').length).toBeGreaterThan(3);
  });

  test('[N3] R4 an owner that asks for it gets a cycle within 200 ms', async () => {
    const rig = createRig();
    rig.copies.start();
    await enter(rig, 'p_a');
    expect(rig.copies.takeDecoded('r_1', { type: 'resync' })).toBe(true);
    await rig.clock.advance(200);
    expect(roomNames(rig, 'r_1')).toEqual([ROOM.room]);
  });

  test.each(['reset', 'resync'] as const)(
    '[N3] R4 a fetch that was under way at a %s is asked again at once, not when its deadline is over',
    async (what) => {
      const rig = createRig();
      rig.copies.start();
      await enter(rig, 'p_a');
      rig.answer = () => 'silence';
      const { at } = rig.owner.commit([{ what: 'joined', member: memberOf('p_z') }]);
      rig.receive({ type: 'position', ...ROOM, at });
      await rig.clock.advance(100);
      expect(rig.asked.at(-1)?.request.type).toBe('fetch');
      rig.answer = rig.obey;
      if (what === 'reset') rig.copies.resync();
      else rig.receive({ type: 'resync' });
      await rig.clock.advance(50);
      expect(rig.copies.copy(ROOM)?.members.has('p_z')).toBe(true);
    },
  );

  test('[N3] a placement change: the new owner gets a complete cycle, paced over 5 s, with what has come meanwhile', async () => {
    const rig = createRig();
    await fill(rig, 500);
    rig.copies.start();
    rig.setOwners(['r_1']);
    await rig.clock.advance(5_000);
    expect(rig.sent).toEqual([]);
    rig.setOwners(['r_2', 'r_1']);
    const changedAt = rig.clock.now();
    await rig.clock.advance(2_500);
    const early = digestsTo(rig, 'r_2').length;
    await fill(rig, 3, 'late');
    await rig.clock.advance(2_500);
    const parts = digestsTo(rig, 'r_2');
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(parts.length);
    expect(parts.map(({ record }) => record.part)).toEqual(parts.map((_, index) => index + 1));
    expect(parts.at(-1)?.record.parts).toBe(parts.length);
    expect(parts.at(-1)?.atMs).toBeLessThanOrEqual(changedAt + 5_000);
    expect(new Set(roomNames(rig, 'r_2')).size).toBe(503);
    expect(roomNames(rig, 'r_2')).toHaveLength(503);
    expect(digestsTo(rig, 'r_1')).toEqual([]);
  });

  test('[N3] a placement that changes back and forth sends one complete cycle', async () => {
    const rig = createRig();
    rig.copies.start();
    await enter(rig, 'p_a');
    rig.setOwners(['r_2']);
    rig.setOwners([]);
    rig.setOwners(['r_3', 'r_2']);
    await rig.clock.advance(5_000);
    expect(rig.sent.map(({ to }) => to)).toEqual(['r_3']);
  });

  test('[N4] `want` is answered by a listing with the own connected members, joins in flight and the copy', async () => {
    const rig = createRig();
    await enter(rig, 'p_a');
    rig.receiveBatch(rig.owner.commit([{ what: 'joined', member: memberOf('p_z') }]));
    rig.answer = () => 'silence';
    void rig.copies.join(ROOM, joinCommand('p_b', 4));
    expect(rig.receive({ type: 'want', ...ROOM }, 'r_9')).toBe(true);
    const joining = [{ keyHash: 'hash-p_b', n: 4 }];
    const members = [rig.owner.state.members.get('p_a')];
    const listing = { gateway: GATEWAY, at: rig.owner.state.at, members, joining };
    expect(rig.sent.map(({ to, record }) => ({ to, record }))).toEqual([
      { to: 'r_9', record: { type: 'listing', ...ROOM, listing, copy: rig.owner.state } },
    ]);
    rig.sent.length = 0;
    rig.receive({ type: 'want', app: 'default', room: 'unknown' }, 'r_9');
    expect(listings(rig)).toEqual([{ gateway: GATEWAY, at: ORIGIN, members: [], joining: [] }]);
  });

  test('[N2] `position`: equal is silence, behind or ahead is a listing, ahead is fetched too', async () => {
    const rig = createRig();
    await enter(rig, 'p_a');
    rig.asked.length = 0;
    rig.receive({ type: 'position', ...ROOM, at: rig.owner.state.at });
    expect(rig.sent).toEqual([]);
    rig.receive({ type: 'position', ...ROOM, at: ORIGIN });
    await rig.clock.advance(1_000);
    expect(listings(rig)).toHaveLength(1);
    expect(rig.asked).toEqual([]);
    rig.owner.commit([{ what: 'joined', member: memberOf('p_z') }]);
    rig.receive({ type: 'position', ...ROOM, at: rig.owner.state.at });
    await rig.clock.advance(1_000);
    expect(listings(rig)).toHaveLength(2);
    expect(rig.asked.map(({ request }) => request.type)).toEqual(['fetch']);
    expect(rig.copies.copy(ROOM)).toEqual(rig.owner.state);
  });

  test('take: other records and garbage are somebody else’s', () => {
    const rig = createRig();
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    for (const text of ['', 'x', '{}', '{"type":"listing","copy":{}}', '{"type":"nack"}']) {
      expect(rig.copies.take('r_1', bytes(text))).toBe(false);
    }
    for (const text of ['{"type":"batch"}', '{"type":"want"}', '{"type":"gone"}', '{"type":"position"}']) {
      expect(rig.copies.take('r_1', bytes(text))).toBe(true);
    }
    expect(rig.sent).toEqual([]);
  });
});
