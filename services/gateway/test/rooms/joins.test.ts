import { DEFAULT_LIMITS } from '@parley/protocol';
import type { CommandReply } from '@parley/protocol/internal';
import { describe, expect, test } from 'vitest';
import { GATEWAY, joinCommand, memberOf, ROOM } from './fake-owner.js';
import { createRig, createSession } from './rig.js';
import type { FakeSession, Rig } from './rig.js';

async function joinAndAttach(rig: Rig, id: string, n = 1): Promise<FakeSession> {
  const session = createSession(id, n);
  const joining = rig.copies.join(ROOM, joinCommand(id, n)).then((reply) => {
    expect(reply).toMatchObject({ ok: true, you: id });
    rig.copies.attach(ROOM, session);
  });
  await rig.clock.advance(100);
  await joining;
  return session;
}

const commands = (rig: Rig): readonly unknown[] =>
  rig.asked.flatMap(({ request }) => (request.type === 'command' ? [request.command] : []));

describe('joins', () => {
  test('I1 a first join takes the state of the reply, a second one tells its position and waits for the batch', async () => {
    const rig = createRig();
    await joinAndAttach(rig, 'p_a');
    expect(rig.asked[0]?.request).not.toHaveProperty('copy');
    const session = rig.copies.session(ROOM, 'p_a') as FakeSession;
    await joinAndAttach(rig, 'p_b');
    expect(rig.asked[1]?.request).toHaveProperty('copy', [1, 1]);
    expect(rig.copies.copy(ROOM)).toEqual(rig.owner.state);
    expect(session.batches.map(({ at }) => at)).toEqual([[1, 2]]);
    expect(rig.asked).toHaveLength(2);
  });

  test('[REQ-6] R5 without a bus joins and commands are unavailable at once, and nobody is asked', async () => {
    const rig = createRig();
    await joinAndAttach(rig, 'p_a');
    const asked = rig.asked.length;
    rig.connected = false;
    const replies = [
      rig.copies.join(ROOM, joinCommand('p_b')),
      rig.copies.command(ROOM, { do: 'message', id: 'p_a', n: 1, cmd: 1, data: 'hi' }),
    ];
    const before = rig.clock.now();
    await rig.clock.settle();
    for (const reply of await Promise.all(replies))
      expect(reply).toMatchObject({
        ok: false,
        error: 'unavailable',
        retryAfterMs: expect.any(Number) as number,
      });
    expect([rig.clock.now(), rig.asked.length]).toEqual([before, asked]);
  });

  test('[N4] R7 a join tells where the client says that it was', async () => {
    const rig = createRig();
    void rig.copies.join(ROOM, joinCommand('p_a'), [7, 3]);
    await rig.clock.settle();
    expect(rig.asked[0]?.request).toMatchObject({ type: 'command', seen: [7, 3] });
  });

  test('[N5] R7 a whole room that lacks the copy’s commits is not taken: nobody is shown as having left', async () => {
    const rig = createRig();
    const session = await joinAndAttach(rig, 'p_a');
    await joinAndAttach(rig, 'p_b');
    const held = rig.owner.state;
    const { at, past, size } = held;
    rig.owner.put({ ...held, at: [9, 1], past: { terms: [], cut: false }, members: new Map(), size });
    rig.receive({ type: 'position', ...ROOM, at: [9, 1] });
    await rig.clock.advance(300);
    expect(rig.copies.copy(ROOM)).toEqual(held);
    const fetches = rig.asked.filter(({ request }) => request.type === 'fetch');
    expect(fetches.map(({ request }) => request)).toContainEqual({ type: 'fetch', ...ROOM, copy: at });
    rig.owner.put({ ...held, at: [9, 2], past: { ...past, terms: [at, [9, 1]] } });
    await rig.clock.advance(5_000);
    expect(rig.copies.copy(ROOM)?.at).toEqual([9, 2]);
    expect(session.batches.flatMap(({ changes }) => changes.map(({ what }) => what))).not.toContain('left');
    expect(session.ends).toEqual([]);
  });

  test('I1 a batch right behind the reply is not lost while the state of the reply is taken', async () => {
    const rig = createRig();
    rig.answer = (to, request) => {
      const reply = rig.obey(to, request);
      rig.receiveBatch(rig.owner.commit([{ what: 'joined', member: memberOf('p_z') }]));
      return reply;
    };
    await joinAndAttach(rig, 'p_a');
    expect(rig.copies.copy(ROOM)).toEqual(rig.owner.state);
    expect(rig.asked).toHaveLength(1);
  });

  test('I1 a join whose batch was lost is answered from a fetched state, 50 ms later', async () => {
    const rig = createRig();
    await joinAndAttach(rig, 'p_a');
    rig.answer = (_to, request) => rig.owner.answer(request).reply;
    const reply = rig.copies.join(ROOM, joinCommand('p_b'));
    await rig.clock.advance(49);
    expect(rig.asked).toHaveLength(2);
    await rig.clock.advance(2);
    expect(rig.asked[2]?.request.type).toBe('fetch');
    expect(await reply).toMatchObject({ ok: true, you: 'p_b' });
  });

  test('I7 a position that the copy cannot reach: unavailable within 3 s, and the join is undone', async () => {
    const rig = createRig();
    await joinAndAttach(rig, 'p_a');
    rig.answer = (_to, request) => (request.type === 'fetch' ? 'refused' : rig.owner.answer(request).reply);
    let reply: CommandReply | undefined;
    void rig.copies.join(ROOM, joinCommand('p_b')).then((answer) => (reply = answer));
    await rig.clock.advance(2_999);
    expect(reply).toBeUndefined();
    await rig.clock.advance(2);
    expect(reply).toMatchObject({ ok: false, error: 'unavailable' });
    await rig.clock.advance(100);
    expect(rig.owner.state.members.has('p_b')).toBe(false);
  });

  test('[N5] a reply that comes too late is answered by leave, or by disconnected if it was a resume', async () => {
    for (const resumed of [false, true]) {
      const rig = createRig();
      if (resumed) rig.owner.commit([{ what: 'joined', member: memberOf('p_a', { gateway: GATEWAY }) }]);
      rig.answer = async (to, request) => {
        if (request.type === 'command' && request.command.do === 'join') {
          await new Promise<void>((resolve) => void rig.clock.after(4_000, resolve));
        }
        return rig.obey(to, request);
      };
      const reply = rig.copies.join(ROOM, joinCommand('p_a', 2));
      await rig.clock.advance(3_000);
      expect(await reply).toMatchObject({ ok: false, error: 'unavailable' });
      await rig.clock.advance(2_000);
      const member = { id: 'p_a', n: 2 };
      const remedy = resumed
        ? { do: 'disconnected', gateway: GATEWAY, members: [member] }
        : { do: 'leave', ...member };
      expect(commands(rig).slice(1)).toEqual([remedy]);
    }
  });

  test('[N5] a late reply undoes nothing when the same client is back here', async () => {
    const rig = createRig();
    let slow = true;
    rig.answer = async (to, request) => {
      const wasSlow = slow;
      slow = false;
      if (wasSlow) {
        const reply = rig.obey(to, request);
        await new Promise<void>((resolve) => void rig.clock.after(4_000, resolve));
        return reply;
      }
      return rig.obey(to, request);
    };
    const first = rig.copies.join(ROOM, joinCommand('p_a', 1));
    await rig.clock.advance(2_000);
    expect(await first).toMatchObject({ ok: false });
    const session = await joinAndAttach(rig, 'p_a', 2);
    await rig.clock.advance(5_000);
    expect(commands(rig).map((command) => (command as { do: string }).do)).toEqual(['join', 'join']);
    expect(session.ends).toEqual([]);
    expect(rig.telemetry.counted('parley_gateway_joins_undone_total', { remedy: 'none' })).toBe(1);
  });

  test('[N5] a late reply undoes nothing while a later join of the same client is in flight', async () => {
    const rig = createRig();
    rig.answer = async (to, request) => {
      const reply = rig.obey(to, request);
      await new Promise<void>((resolve) => void rig.clock.after(2_000, resolve));
      return reply;
    };
    void rig.copies.join(ROOM, joinCommand('p_a', 1));
    await rig.clock.advance(1_500);
    void rig.copies.join(ROOM, joinCommand('p_a', 2));
    await rig.clock.advance(1_000);
    expect(commands(rig).map((command) => (command as { do: string }).do)).toEqual(['join', 'join']);
    expect(rig.telemetry.counted('parley_gateway_joins_undone_total', { remedy: 'none' })).toBe(1);
  });

  test('[N5] abandon: the client of an answered join is gone', async () => {
    const rig = createRig();
    const reply = await settled(rig, rig.copies.join(ROOM, joinCommand('p_a')));
    rig.copies.abandon(ROOM, reply, 1);
    await rig.clock.advance(100);
    expect(rig.owner.state.members.size).toBe(0);
    expect(rig.copies.copy(ROOM)).toBeUndefined();
  });

  test('I5 the reply of a join that a later connection has overtaken is `outdated`', async () => {
    const rig = createRig();
    await joinAndAttach(rig, 'p_z');
    rig.answer = (to, request) => {
      const reply = rig.obey(to, request);
      rig.receiveBatch(rig.owner.commit([{ what: 'bound', id: 'p_a', n: 5, gateway: 'g_2' }]));
      return reply;
    };
    const reply = await settled(rig, rig.copies.join(ROOM, joinCommand('p_a', 4)));
    expect(reply).toEqual({ ok: false, error: 'outdated' });
  });

  test('I10 the number of copies is bounded: idle ones go, else a join is unavailable', async () => {
    const rig = createRig({ limits: { copies: 1 } });
    const session = await joinAndAttach(rig, 'p_a');
    const other = { app: 'default', room: 'other' };
    rig.answer = () => 'silence';
    const refused = await settled(rig, rig.copies.join(other, joinCommand('p_b')));
    expect(refused).toMatchObject({ ok: false, error: 'unavailable' });
    expect(rig.asked).toHaveLength(1);
    rig.copies.detach(ROOM, session, false);
    expect(rig.copies.copy(ROOM)).toBeDefined();
    void rig.copies.join(other, joinCommand('p_b'));
    expect(rig.copies.copy(ROOM)).toBeUndefined();
    await rig.clock.advance(DEFAULT_LIMITS.resumeMs);
  });
});

async function settled<T>(rig: Rig, promise: Promise<T>): Promise<T> {
  await rig.clock.advance(100);
  return promise;
}
