import type { RoomChange } from '@parley/protocol/internal';
import { describe, expect, test } from 'vitest';
import { GATEWAY, memberOf, ROOM } from './fake-owner.js';
import { enter, listings } from './scenes.js';
import { createRig, createSession } from './rig.js';

describe('sessions of a copy', () => {
  test('I5 a participant bound with a higher n, or elsewhere: the local session is told `replaced`', async () => {
    const moves: RoomChange[] = [
      { what: 'bound', id: 'p_a', n: 2, gateway: GATEWAY },
      { what: 'bound', id: 'p_a', n: 2, gateway: 'g_2' },
      { what: 'bound', id: 'p_a', n: 1, gateway: 'g_2' },
      { what: 'joined', member: memberOf('p_a', { n: 3, gateway: 'g_2' }) },
    ];
    for (const move of moves) {
      const rig = createRig();
      const [session, other] = await enter(rig, 'p_a', 'p_b');
      rig.receiveBatch(rig.owner.commit([move]));
      expect(session?.ends).toEqual(['replaced']);
      expect(other?.ends).toEqual([]);
      expect(rig.copies.session(ROOM, 'p_a')).toBeUndefined();
      expect(session?.batches.at(-1)?.at).not.toEqual(rig.owner.state.at);
    }
  });

  test('I5 attach: a lower n than the copy’s is told `replaced` at once, a higher one ends the local session', async () => {
    const rig = createRig();
    const [first] = await enter(rig, 'p_a');
    const late = createSession('p_a', 0);
    expect(rig.copies.attach(ROOM, late)).toBeUndefined();
    expect(late.ends).toEqual(['replaced']);
    expect(first?.ends).toEqual([]);
    const next = createSession('p_a', 2);
    expect(rig.copies.attach(ROOM, next)).toBe(rig.copies.copy(ROOM));
    expect(first?.ends).toEqual(['replaced']);
    const between = createSession('p_a', 1);
    expect(rig.copies.attach(ROOM, between)).toBeUndefined();
    expect(between.ends).toEqual(['replaced']);
    expect(rig.copies.session(ROOM, 'p_a')).toBe(next);
  });

  test('attach without a copy, or of somebody who is not in it: nothing is attached, nobody is told', async () => {
    const rig = createRig();
    const stranger = createSession('p_x');
    expect(rig.copies.attach(ROOM, stranger)).toBeUndefined();
    await enter(rig, 'p_a');
    expect(rig.copies.attach(ROOM, stranger)).toBeUndefined();
    expect(stranger.ends).toEqual([]);
  });

  test('`left` ends the local session with its reason; who has detached before hears nothing', async () => {
    const rig = createRig();
    const [removed, leaving] = await enter(rig, 'p_a', 'p_b');
    rig.receiveBatch(rig.owner.commit([{ what: 'left', id: 'p_a', reason: 'expired' }]));
    expect(removed?.ends).toEqual(['expired']);
    if (leaving !== undefined) rig.copies.detach(ROOM, leaving, false);
    const reply = rig.copies.command(ROOM, { do: 'leave', id: 'p_b', n: 1 });
    await rig.clock.advance(100);
    expect(await reply).toMatchObject({ ok: true });
    expect(leaving?.ends).toEqual([]);
    expect(rig.copies.copy(ROOM)).toBeUndefined();
  });

  test('`gone` ends the session of exactly that n', async () => {
    const rig = createRig();
    const [session] = await enter(rig, 'p_a');
    rig.receive({ type: 'gone', ...ROOM, participant: 'p_a', n: 2 });
    expect(session?.ends).toEqual([]);
    rig.receive({ type: 'gone', ...ROOM, participant: 'p_a', n: 1 });
    expect(session?.ends).toEqual(['expired']);
    expect(rig.copies.session(ROOM, 'p_a')).toBeUndefined();
  });

  test('`gone` says that another connection has the participant, which the copy may not know yet', async () => {
    const rig = createRig();
    const [session] = await enter(rig, 'p_a');
    rig.receive({ type: 'gone', ...ROOM, participant: 'p_a', n: 1, replaced: true });
    expect(session?.ends).toEqual(['replaced']);
  });

  test('[N5] an own connected participant missing from a state, or away in it, is listed and never ended', async () => {
    for (const change of [
      { what: 'left', id: 'p_a', reason: 'left' },
      { what: 'away', id: 'p_a', n: 1 },
    ] as const) {
      const rig = createRig();
      const [session, other] = await enter(rig, 'p_a', 'p_b');
      const before = rig.copies.copy(ROOM)?.members.get('p_a');
      rig.owner.commit([change]);
      rig.receive({ type: 'position', ...ROOM, at: rig.owner.state.at });
      rig.sent.length = 0;
      await rig.clock.advance(200);
      expect(rig.copies.copy(ROOM)).toEqual(rig.owner.state);
      expect(session?.ends).toEqual([]);
      expect(listings(rig)).toEqual([
        { gateway: GATEWAY, at: rig.owner.state.at, members: [before, expect.anything()], joining: [] },
      ]);
      expect(other?.batches.at(-1)?.changes).toHaveLength(1);
    }
  });

  test('[N5] what disagrees goes to the owner once a second at most', async () => {
    const rig = createRig();
    await enter(rig, 'p_a');
    for (let i = 0; i < 25; i += 1) {
      rig.receiveBatch(rig.owner.commit([{ what: 'away', id: 'p_a', n: 1 }]));
      await rig.clock.advance(100);
    }
    expect(listings(rig)).toHaveLength(3);
    await rig.clock.advance(10_000);
    expect(listings(rig)).toHaveLength(4);
  });

  test('a session that throws harms no other', async () => {
    const rig = createRig();
    const [throwing, other] = await enter(rig, 'p_a', 'p_b');
    Object.assign(throwing ?? {}, {
      deliver: () => {
        throw new Error('broken');
      },
    });
    rig.receiveBatch(rig.owner.commit([]));
    expect(other?.batches.at(-1)?.at).toEqual(rig.owner.state.at);
    expect(rig.telemetry.counted('parley_gateway_session_faults_total')).toBe(1);
  });

  test('detach with disconnected: one command for all of one turn, repeated until the owner answers', async () => {
    const rig = createRig();
    const sessions = await enter(rig, 'p_a', 'p_b');
    rig.asked.length = 0;
    let failures = 2;
    rig.answer = (to, request) => ((failures -= 1) >= 0 ? 'refused' : rig.obey(to, request));
    for (const session of sessions) rig.copies.detach(ROOM, session, true);
    await rig.clock.advance(10_000);
    const members = [
      { id: 'p_a', n: 1 },
      { id: 'p_b', n: 1 },
    ];
    const command = { do: 'disconnected', gateway: GATEWAY, members };
    expect(rig.asked.map(({ request }) => request)).toEqual(
      Array.from({ length: 3 }, () => ({ type: 'command', ...ROOM, command })),
    );
    expect([...(rig.copies.copy(ROOM)?.members.values() ?? [])].map(({ online }) => online)).toEqual([
      false,
      false,
    ]);
  });

  test('a disconnect that is not true any more is not repeated', async () => {
    const rig = createRig();
    const [session] = await enter(rig, 'p_a', 'p_b');
    rig.asked.length = 0;
    rig.answer = () => 'refused';
    if (session !== undefined) rig.copies.detach(ROOM, session, true);
    await rig.clock.advance(100);
    rig.receiveBatch(rig.owner.commit([{ what: 'bound', id: 'p_a', n: 2, gateway: 'g_2' }]));
    await rig.clock.advance(10_000);
    expect(rig.asked).toHaveLength(1);
  });

  test('a copy lives while an away member was bound here last, and no longer', async () => {
    const rig = createRig();
    const [session] = await enter(rig, 'p_a');
    rig.owner.commit([]);
    if (session !== undefined) rig.copies.detach(ROOM, session, true);
    await rig.clock.advance(500);
    expect(rig.copies.copy(ROOM)).toEqual(rig.owner.state);
    rig.receiveBatch(rig.owner.commit([{ what: 'bound', id: 'p_a', n: 2, gateway: 'g_2' }]));
    expect(rig.copies.copy(ROOM)).toBeUndefined();
    expect(rig.telemetry.gauged('parley_gateway_room_copies')).toBe(0);
  });

  test('[N6] rings of all rooms together are bounded, the longest unchanged going first', async () => {
    const rig = createRig({ limits: { ringBytes: 2_000 } });
    await enter(rig, 'p_a');
    const start = rig.owner.state.at;
    const message = { what: 'message', from: 'p_a', cmd: 1, data: 'x'.repeat(900) } as const;
    rig.receiveBatch(rig.owner.commit([message]));
    expect(rig.copies.replay(ROOM, start)).toHaveLength(1);
    for (let i = 0; i < 3; i += 1) rig.receiveBatch(rig.owner.commit([message]));
    expect(rig.copies.replay(ROOM, start)).toBeUndefined();
    expect(rig.copies.replay(ROOM, rig.owner.state.at)).toEqual([]);
  });
});
