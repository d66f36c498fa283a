import type { CommandReply } from '@parley/protocol/internal';
import { describe, expect, test } from 'vitest';
import { ANN, KEY, RULES } from '../fixtures/rules.js';
import { joined, machine, serialOf, welcomed } from '../fixtures/machine.js';

const closeOf = (m: ReturnType<typeof machine>): number | undefined => m.did('close').at(-1)?.code;

describe('hello', () => {
  test('[HELLO-1] another type first is answered hello_required and closed with 4000', () => {
    const m = machine();
    m.say({ type: 'join', id: 7, room: 'r', key: KEY, n: 1 });
    expect(m.sent()).toMatchObject([
      { type: 'reply', id: 7, error: { code: 'hello_required' } },
      { type: 'goodbye', code: 4000, reason: 'bad_request', action: 'stop' },
    ]);
    expect(closeOf(m)).toBe(4000);
  });

  test('[HELLO-1] no valid hello in 5 s is closed with 4102; a faulty one leaves time for a better one', () => {
    const late = machine();
    late.say({ type: 'hello', id: 'one' });
    expect(late.sent()).toMatchObject([{ type: 'error', code: 'bad_request' }]);
    late.feed({ input: 'timer', timer: 'hello' });
    expect(closeOf(late)).toBe(4102);
    const better = machine();
    better.say({ type: 'hello', id: 'one' });
    better.say({ type: 'hello', id: 1 });
    expect(better.did('verify')).toHaveLength(1);
    better.feed({ input: 'timer', timer: 'hello' });
    expect(better.did('close')).toEqual([]);
  });

  test('[HELLO-2] welcome has the id, the gateway, the features of both and the limits', () => {
    const m = machine();
    m.say({ type: 'hello', id: 5, features: ['link1', 'unheard-of'] });
    m.feed({ input: 'verified', serial: serialOf(m), result: { ok: true, identity: ANN } });
    expect(m.sent()).toEqual([
      { type: 'welcome', id: 5, gateway: 'g_test', features: ['link1'], limits: RULES.limits },
    ]);
  });

  test('[HELLO-3] frames behind hello wait for the token and are handled in their order', () => {
    const m = machine();
    m.say({ type: 'hello', id: 1 });
    m.say({ type: 'ping', id: 2 });
    m.say({ type: 'join', id: 3, room: 'r', key: KEY, n: 1 });
    expect(m.sent()).toEqual([]);
    m.feed({ input: 'verified', serial: serialOf(m), result: { ok: true, identity: ANN } });
    expect(m.sent().map(({ type }) => type)).toEqual(['welcome', 'pong']);
    expect(m.did('join')).toMatchObject([{ asked: { id: 3, room: { app: 'default', room: 'r' }, n: 1 } }]);
  });

  test('[HELLO-4] a second hello is answered already_welcome and the connection goes on', () => {
    const m = joined();
    m.say({ type: 'hello', id: 9 });
    expect(m.sent().at(-1)).toMatchObject({ type: 'reply', id: 9, error: { code: 'already_welcome' } });
    expect(m.connection().state).toBe('joined');
  });

  test('I10 only so many frames wait; the rest is refused, and a copy is kept of what waits', () => {
    const m = machine();
    m.say({ type: 'hello', id: 1 });
    for (let id = 10; id < 40; id += 1) m.say({ type: 'leave', id });
    const refused = m.sent().map((header) => 'id' in header && header.id);
    expect(refused).toEqual(Array.from({ length: 14 }, (_, index) => 26 + index));
    expect(m.sent()).toMatchObject(
      refused.map(() => ({ error: { code: 'rate_limited', retryAfterMs: 100 } })),
    );
  });
});

describe('tokens', () => {
  test.each([
    ['token_required', 4003, 'forbidden', 0],
    ['token_invalid', 4003, 'forbidden', 1],
    ['token_expired', 4010, 'token_expired', 0],
    ['unavailable', 4100, 'overloaded', 0],
  ] as const)('[TOKEN-1] %s is answered and closed with %i', (error, code, reason, charges) => {
    const m = machine();
    m.say({ type: 'hello', id: 1, token: 'x' });
    m.feed({ input: 'verified', serial: serialOf(m), result: { ok: false, error } });
    expect(m.sent()).toMatchObject([
      { type: 'reply', id: 1, error: { code: error } },
      { type: 'goodbye', code, reason },
    ]);
    expect(closeOf(m)).toBe(code);
    expect(m.did('charge')).toHaveLength(charges);
  });

  test('[TOKEN-2] X4 a live connection ends 5 s after its token with 4010, a refreshed one with the newer token', () => {
    const m = joined();
    expect(m.did('token-timer').at(-1)).toEqual({ do: 'token-timer', at: ANN.expiresAt + 5_000 });
    m.say({ type: 'refresh', id: 4, token: 'newer' });
    const identity = { ...ANN, expiresAt: 2_000_000 };
    m.feed({ input: 'verified', serial: serialOf(m), result: { ok: true, identity } });
    expect(m.did('token-timer').at(-1)).toEqual({ do: 'token-timer', at: 2_005_000 });
    m.feed({ input: 'timer', timer: 'token' });
    expect(m.sent().at(-1)).toMatchObject({ type: 'goodbye', code: 4010, reason: 'token_expired' });
    expect(m.did('unseat')).toMatchObject([{ disconnected: true }]);
  });

  test('[TOKEN-3] refresh takes a token of the same identity and app for the same room, and no other', () => {
    const others = [
      { ...ANN, sub: 'bo' },
      { ...ANN, app: 'other' },
      { ...ANN, grants: { ...ANN.grants, room: 'elsewhere' } },
      { ...ANN, grants: { ...ANN.grants, roomJoin: false } },
    ];
    for (const identity of others) {
      const m = joined();
      m.say({ type: 'refresh', id: 4, token: 't' });
      m.feed({ input: 'verified', serial: serialOf(m), result: { ok: true, identity } });
      expect(m.sent().at(-1)).toMatchObject({ type: 'reply', id: 4, error: { code: 'forbidden' } });
      expect(m.connection()).toMatchObject({ state: 'joined', identity: ANN });
    }
    const m = joined();
    m.say({ type: 'refresh', id: 4, token: 't' });
    const identity = { ...ANN, grants: { ...ANN.grants, canPublish: false } };
    m.feed({ input: 'verified', serial: serialOf(m), result: { ok: true, identity } });
    expect(m.sent().at(-1)).toEqual({ type: 'reply', id: 4, result: {} });
    m.say({ type: 'signal', to: 'p_B' }, '{}');
    expect(m.sent().at(-1)).toMatchObject({ type: 'error', code: 'forbidden' });
  });

  test.each([
    ['signal', { type: 'signal', to: 'p_B', link: [1, 1, 0] }, { canPublish: false }, 'error'],
    ['signal', { type: 'signal', to: 'p_B' }, { hidden: true }, 'error'],
    ['message', { type: 'message', id: 8, cmd: 1 }, { canPublishData: false }, 'reply'],
    ['update', { type: 'update', id: 8, cmd: 1, name: 'x' }, { canUpdateOwnMetadata: false }, 'reply'],
  ])('[TOKEN-4] %s without its grant is forbidden and not done', (_what, header, missing, type) => {
    const m = joined({}, { ...ANN, grants: { ...ANN.grants, ...missing } });
    m.say(header, 'payload');
    const told = m.sent().at(-1);
    expect(told).toMatchObject(
      type === 'error' ? { type, code: 'forbidden' } : { type, id: 8, error: { code: 'forbidden' } },
    );
    expect([...m.did('signal'), ...m.did('command')]).toEqual([]);
  });

  test('[TOKEN-4] an acknowledgement alone needs no grant', () => {
    const m = joined({}, { ...ANN, grants: { ...ANN.grants, canPublish: false } });
    m.say({ type: 'signal', to: 'p_B', link: [1, 0, 5] });
    expect(m.did('signal')).toHaveLength(1);
  });

  test('[TOKEN-5] X6 a room that is not granted is forbidden without asking whether it exists', () => {
    const m = welcomed({}, { ...ANN, grants: { ...ANN.grants, room: 'mine' } });
    m.say({ type: 'join', id: 2, room: 'theirs', key: KEY, n: 1 });
    m.say({ type: 'join', id: 3, room: 'nowhere', key: KEY, n: 1 });
    const [first, second] = m.sent().slice(-2);
    expect(first).toEqual({ ...second, id: 2 });
    expect(m.did('join')).toEqual([]);
  });
});

describe('requests', () => {
  test('[CONN-4] a ping is answered by a pong with the same id, if any, also while a join is under way', () => {
    const m = welcomed();
    m.say({ type: 'join', id: 2, room: 'r', key: KEY, n: 1 });
    m.say({ type: 'ping', id: 8 });
    m.say({ type: 'ping' });
    expect(m.sent().slice(-2)).toEqual([{ type: 'pong', id: 8 }, { type: 'pong' }]);
  });

  test.each(['remove', 'mute', 'lock', 'close', 'dance'])('[REQ-2] %s is answered unsupported', (type) => {
    const m = joined();
    m.say({ type, id: 6 });
    expect(m.sent().at(-1)).toMatchObject({ type: 'reply', id: 6, error: { code: 'unsupported' } });
    expect(m.connection().state).toBe('joined');
  });

  test('[REQ-6] before a join and after leave a frame that needs a room is answered not_joined', () => {
    const needing = [
      { type: 'leave', id: 5 },
      { type: 'update', id: 5, cmd: 1 },
      { type: 'message', id: 5, cmd: 1 },
      { type: 'signal', to: 'p_B' },
    ];
    const before = welcomed();
    const after = joined();
    after.say({ type: 'leave', id: 4 });
    after.feed({ input: 'commanded', serial: serialOf(after), reply: { ok: true, at: [1, 2] } });
    for (const m of [before, after]) {
      for (const header of needing) {
        m.say(header, header.type === 'message' ? 'x' : undefined);
        expect(JSON.stringify(m.sent().at(-1))).toContain('not_joined');
      }
    }
  });

  test('[JOIN-4] a second join is answered already_joined', () => {
    const m = joined();
    m.say({ type: 'join', id: 3, room: 'r2', key: KEY, n: 2 });
    expect(m.sent().at(-1)).toMatchObject({ id: 3, error: { code: 'already_joined' } });
  });

  test('one mutating request is outstanding, 8 wait in their order, the next is rate_limited', () => {
    const m = joined();
    for (let id = 10; id < 20; id += 1) m.say({ type: 'update', id, cmd: id - 9, name: `n${id}` });
    expect(m.did('command')).toHaveLength(1);
    expect(m.sent().at(-1)).toMatchObject({ id: 19, error: { code: 'rate_limited' } });
    for (let count = 1; count < 9; count += 1) {
      m.feed({ input: 'commanded', serial: serialOf(m), reply: { ok: true, at: [1, count] } });
    }
    const ids = m.did('command').map(({ mutation }) => mutation.header.id);
    expect(ids).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18]);
  });

  test('[MSG-2] a message without a payload or not UTF-8 is bad_request, a large one payload_too_large', () => {
    const m = joined();
    m.say({ type: 'message', id: 5, cmd: 1 });
    m.say({ type: 'message', id: 6, cmd: 1 }, new Uint8Array([0xff, 0xfe]));
    m.say({ type: 'message', id: 7, cmd: 1 }, 'x'.repeat(4_097));
    expect(m.sent().slice(-3)).toMatchObject([
      { id: 5, error: { code: 'bad_request' } },
      { id: 6, error: { code: 'bad_request' } },
      { id: 7, error: { code: 'payload_too_large' } },
    ]);
    expect(m.did('command')).toEqual([]);
  });

  test('[LEAVE-1] leave is answered with a position; the connection may join again', () => {
    const m = joined();
    m.say({ type: 'leave', id: 4 });
    const serial = serialOf(m);
    m.feed({ input: 'ended', why: 'left' });
    expect(m.connection().state).toBe('joined');
    m.feed({ input: 'commanded', serial, reply: { ok: true, at: [1, 9] } });
    expect(m.sent().at(-1)).toEqual({ type: 'reply', id: 4, result: { at: [1, 9] } });
    expect(m.did('unseat')).toMatchObject([{ disconnected: false }]);
    m.say({ type: 'join', id: 5, room: 'r', key: KEY, n: 2 });
    expect(m.connection().state).toBe('joining');
  });
});

describe('joins', () => {
  test.each(['room_full', 'room_locked', 'key_mismatch', 'outdated', 'unavailable'] as const)(
    '[REQ-1] a join that the owner answers %s is told so, and the connection may try again',
    (error) => {
      const m = welcomed();
      m.say({ type: 'join', id: 2, room: 'r', key: KEY, n: 1 });
      m.feed({ input: 'join-answered', serial: serialOf(m), reply: { ok: false, error, retryAfterMs: 300 } });
      expect(m.sent().at(-1)).toMatchObject({
        type: 'reply',
        id: 2,
        error: { code: error, retryAfterMs: 300 },
      });
      expect(m.connection().state).toBe('welcomed');
    },
  );

  test('N5 a join whose connection is gone when it succeeds is given back', () => {
    const m = welcomed();
    m.say({ type: 'join', id: 2, room: 'r', key: KEY, n: 1 });
    const serial = serialOf(m);
    m.feed({ input: 'gone' });
    const reply = { ok: true, at: [1, 1], you: 'p_A', resumed: false } as const;
    expect(m.feed({ input: 'join-answered', serial, reply })).toMatchObject([{ do: 'abandon', reply }]);
    expect(m.feed({ input: 'join-answered', serial, reply })).toEqual([]);
  });

  test('[RESUME-2] a resume with a position goes on from there, a new participant from a snapshot', () => {
    for (const resumed of [true, false]) {
      const m = welcomed();
      m.say({ type: 'join', id: 2, room: 'r', key: KEY, n: 2, at: [7, 3] });
      const serial = serialOf(m);
      m.feed({ input: 'join-answered', serial, reply: { ok: true, at: [7, 5], you: 'p_A', resumed } });
      m.feed({ input: 'prepared', serial, at: [7, 6], iceServers: [] });
      expect(m.sent().at(-1)).toMatchObject({ result: { you: 'p_A', resumed, at: [7, 6] } });
      expect(m.did('catch-up')).toEqual([resumed ? { do: 'catch-up', at: [7, 3] } : { do: 'catch-up' }]);
    }
  });

  test('[CONN-3] a hinted connection that has not asked to join in 5 s is closed with 4101 and charged', () => {
    const idle = welcomed({ hinted: true });
    const refused = asking({ ok: false, error: 'room_full' });
    for (const m of [idle, refused]) {
      m.feed({ input: 'timer', timer: 'resume' });
      expect(closeOf(m)).toBe(4101);
      expect(m.did('charge')).toEqual([{ do: 'charge', offence: 'false-resume' }]);
    }
  });

  test('[CONN-3] a hinted connection that joins stays: who comes anew counts as a newcomer, who resumes does not', () => {
    for (const resumed of [true, false]) {
      const m = asking({ ok: true, at: [1, 1], you: 'p_A', resumed });
      expect(m.did('count-fresh')).toEqual(resumed ? [] : [{ do: 'count-fresh' }]);
      m.feed({ input: 'timer', timer: 'resume' });
      expect([...m.did('close'), ...m.did('charge')]).toEqual([]);
    }
    const fresh = welcomed();
    fresh.say({ type: 'join', id: 2, room: 'r', key: KEY, n: 2 });
    const reply = { ok: true, at: [1, 1], you: 'p_A', resumed: false } as const;
    fresh.feed({ input: 'join-answered', serial: serialOf(fresh), reply });
    expect(fresh.did('count-fresh')).toEqual([]);
  });

  test('[CONN-3] who wanted to resume is not charged for an answer that does not come, or not now', () => {
    for (const m of [asking(), asking({ ok: false, error: 'unavailable' })]) {
      m.feed({ input: 'timer', timer: 'resume' });
      expect([...m.did('close'), ...m.did('charge')]).toEqual([]);
    }
  });

  /** A connection that was opened to resume and has asked to join. */
  function asking(reply?: CommandReply) {
    const m = welcomed({ hinted: true });
    m.say({ type: 'join', id: 2, room: 'r', key: KEY, n: 2 });
    if (reply) m.feed({ input: 'join-answered', serial: serialOf(m), reply });
    return m;
  }

  test('[CLOSE-4] once told to go, a join is answered draining, and the close says no second goodbye', () => {
    const m = welcomed();
    m.feed({ input: 'goodbye', reason: 'draining', retryAfterMs: 700 });
    m.say({ type: 'join', id: 2, room: 'r', key: KEY, n: 1 });
    expect(m.sent().slice(-2)).toMatchObject([
      { type: 'goodbye', code: 4200, action: 'resume', retryAfterMs: 700 },
      { type: 'reply', id: 2, error: { code: 'draining', retry: 'after' } },
    ]);
    m.feed({ input: 'close', reason: 'draining' });
    expect(m.sent().filter(({ type }) => type === 'goodbye')).toHaveLength(1);
    expect(closeOf(m)).toBe(4200);
  });

  test.each([
    ['replaced', 4009, 'stop', 'replaced'],
    ['left', 4009, 'stop', 'replaced'],
    ['removed', 4008, 'stop', 'removed'],
    ['expired', 4202, 'resume', 'internal'],
    ['closed', 4012, 'stop', 'room_closed'],
  ] as const)(
    '[CLOSE-1] a participant that was %s: goodbye and %i, and no report that it is lost',
    (why, code, action, reason) => {
      const m = joined();
      m.feed({ input: 'ended', why });
      expect(m.sent().at(-1)).toMatchObject({ type: 'goodbye', code, reason, action });
      expect(m.did('unseat')).toMatchObject([{ disconnected: false }]);
      expect(closeOf(m)).toBe(code);
    },
  );
});

describe('limits', () => {
  test('[NACK-3] X8 250 frames at once: 200 pass, signals are nacked rate, requests rate_limited', () => {
    const m = joined();
    for (let i = 0; i < 250; i += 1) m.say({ type: 'signal', to: 'p_B', link: [1, i + 1, 0] }, 'x');
    m.say({ type: 'update', id: 9, cmd: 1 });
    expect(m.did('signal').length).toBe(198);
    expect(m.did('refuse-signal').at(-1)).toMatchObject({ why: { nack: 'rate', retryAfterMs: 20 } });
    expect(m.sent().at(-1)).toMatchObject({ id: 9, error: { code: 'rate_limited', retryAfterMs: 20 } });
    m.pass(1_000);
    m.say({ type: 'signal', to: 'p_B' }, 'x');
    expect(m.did('signal').length).toBe(199);
  });

  test('[NACK-2] an acknowledgement above the rate is dropped without a word', () => {
    const m = joined();
    for (let i = 0; i < 250; i += 1) m.say({ type: 'signal', to: 'p_B', link: [1, 0, i] });
    expect(m.did('refuse-signal').every(({ why }) => 'drop' in why)).toBe(true);
    expect(m.did('refuse-signal')).toHaveLength(52);
  });

  test('[NACK-3] F14 a client that goes on at five times the rate is closed with 4101 within 12 s', () => {
    const m = joined();
    let ms = 0;
    for (; m.connection().state === 'joined' && ms < 12_000; ms += 3) {
      m.pass(3);
      m.say({ type: 'signal', to: 'p_B' }, 'x');
    }
    expect(closeOf(m)).toBe(4101);
  });

  test('[FRAME-2] F14 a run of malformed frames ends the connection with 4000, a few do not', () => {
    const m = joined();
    const malformed = (): void => void m.say({ type: 'ping', id: 'x' });
    for (let i = 0; i < 20; i += 1) malformed();
    expect(m.connection().state).toBe('joined');
    malformed();
    expect(closeOf(m)).toBe(4000);
  });
});
