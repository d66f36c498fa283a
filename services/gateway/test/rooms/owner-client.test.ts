import { roomKey } from '@parley/protocol/internal';
import type { CommandReply } from '@parley/protocol/internal';
import { describe, expect, test } from 'vitest';
import { joinCommand, ROOM } from './fake-owner.js';
import { createRig } from './rig.js';
import type { Answer, Rig } from './rig.js';

const leave = { do: 'leave', id: 'p_a', n: 1 } as const;

/** Asks by a command, and tells when it was answered. */
function ask(rig: Rig): { reply?: CommandReply; atMs?: number } {
  const answered: { reply?: CommandReply; atMs?: number } = {};
  void rig.copies
    .command(ROOM, leave)
    .then((reply) => Object.assign(answered, { reply, atMs: rig.clock.now() }));
  return answered;
}

const expectUnavailable = (reply: CommandReply | undefined): void => {
  expect(reply).toMatchObject({ ok: false, error: 'unavailable' });
  const { retryAfterMs } = reply as { retryAfterMs: number };
  expect(retryAfterMs).toBeGreaterThanOrEqual(500);
  expect(retryAfterMs).toBeLessThanOrEqual(1_500);
};

describe('requests to owners', () => {
  test('[N8] no owner: unavailable at once, with a time to come back', async () => {
    const rig = createRig({ owners: [] });
    const answered = ask(rig);
    await rig.clock.settle();
    expectUnavailable(answered.reply);
    expect(rig.asked).toEqual([]);
  });

  test('[N8] rooms are placed by the key that owners place them by', async () => {
    const keys = new Set<string>();
    const rig = createRig({ placement: (key, ids) => ids.filter(() => keys.add(key)) });
    ask(rig);
    await rig.clock.settle();
    expect([...keys]).toEqual([roomKey(ROOM)]);
  });

  test('[N8] a deadline hedges that one request to the next replica, once', async () => {
    const rig = createRig({ owners: ['r_1', 'r_2', 'r_3'] });
    rig.answer = () => 'silence';
    const answered = ask(rig);
    await rig.clock.advance(10_000);
    expect(rig.asked.map(({ to, atMs }) => [to, atMs])).toEqual([
      ['r_1', 0],
      ['r_2', 1_500],
    ]);
    expectUnavailable(answered.reply);
    expect(answered.atMs).toBe(3_000);
    expect(rig.telemetry.counted('parley_gateway_owner_hedges_total', { cause: 'deadline' })).toBe(1);
  });

  test('[N8] a replica that threw uses up the one hedge', async () => {
    const rig = createRig({ owners: ['r_1', 'r_2', 'r_3'] });
    rig.answer = (to) => (to === 'r_1' ? 'refused' : 'silence');
    const answered = ask(rig);
    await rig.clock.advance(10_000);
    expect(rig.asked.map(({ to }) => to)).toEqual(['r_1', 'r_2']);
    expectUnavailable(answered.reply);
  });

  test('[N8] who answered is not remembered: the next request goes to the owner of the placement again', async () => {
    const rig = createRig({ owners: ['r_1', 'r_2'] });
    rig.answer = (to, request) => (to === 'r_1' ? 'silence' : rig.obey(to, request));
    const first = ask(rig);
    await rig.clock.advance(1_501);
    expect(first.reply).toMatchObject({ ok: true });
    rig.asked.length = 0;
    ask(rig);
    await rig.clock.settle();
    expect(rig.asked.map(({ to }) => to)).toEqual(['r_1']);
  });

  test('[N8] unreachable: the next replicas at once, each once', async () => {
    const rig = createRig({ owners: ['r_1', 'r_2', 'r_3'] });
    rig.answer = (to, request) => (to === 'r_3' ? rig.obey(to, request) : 'unreachable');
    const answered = ask(rig);
    await rig.clock.advance(0);
    expect(rig.asked.map(({ to }) => to)).toEqual(['r_1', 'r_2', 'r_3']);
    expect(answered.reply).toMatchObject({ ok: true });
    rig.answer = () => 'unreachable';
    const none = ask(rig);
    await rig.clock.advance(0);
    expectUnavailable(none.reply);
  });

  test('one replica alone that is silent: unavailable at the deadline', async () => {
    const rig = createRig();
    rig.answer = () => 'silence';
    const answered = ask(rig);
    await rig.clock.advance(1_500);
    expectUnavailable(answered.reply);
  });

  test('a refusal of the owner is told as it is, malformed replies are not believed', async () => {
    const rig = createRig();
    rig.answer = () => ({ type: 'refused', error: 'draining', retryAfterMs: 77 });
    const refused = ask(rig);
    await rig.clock.settle();
    expect(refused.reply).toEqual({ ok: false, error: 'draining', retryAfterMs: 77 });
    const malformed: unknown[] = [
      { type: 'done' },
      { type: 'done', reply: { ok: true } },
      { type: 'done', reply: { ok: true, at: [1, -2] } },
      { type: 'done', reply: { ok: false, error: 'toString' } },
      { type: 'done', reply: { ok: true, at: [1, 2] }, state: { members: new Map([['a', {}]]) } },
      { type: 'state', state: { ...rig.owner.state, name: 'another' } },
      { type: 'state', state: rig.owner.state },
      { type: 'minted' },
    ];
    for (const reply of malformed) {
      rig.answer = (() => reply) as Answer;
      const answered = ask(rig);
      await rig.clock.settle();
      expectUnavailable(answered.reply);
    }
  });

  test('I7 stop answers whatever waits, and whatever comes later', async () => {
    const rig = createRig();
    rig.answer = () => 'silence';
    const waiting = ask(rig);
    const joining = rig.copies.join(ROOM, joinCommand('p_a'));
    await rig.clock.advance(10);
    rig.copies.stop();
    expectUnavailable(await joining);
    await rig.clock.settle();
    expectUnavailable(waiting.reply);
    expectUnavailable(await rig.copies.join(ROOM, joinCommand('p_b')));
  });

  test('every request is observed with its result', async () => {
    const rig = createRig();
    ask(rig);
    await rig.clock.settle();
    const seconds = rig.telemetry.observed('parley_gateway_owner_request_seconds', {
      request: 'leave',
      result: 'done',
    });
    expect(seconds).toHaveLength(1);
  });
});
