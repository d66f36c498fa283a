import { encodeFrame } from '@parley/protocol';
import type { CommandReply } from '@parley/protocol/internal';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClientFrame } from '../../src/connection/client-frame.js';
import type { Connection } from '../../src/connection/connection.js';
import type { Effect } from '../../src/connection/effect.js';
import type { Input } from '../../src/connection/input.js';
import { openConnection, step } from '../../src/connection/step.js';
import { ANN, KEY, RULES } from '../fixtures/rules.js';

/** One thing that happens: a frame, an answer to something that was asked (or to nothing), or an event from outside. */
type Move =
  | { readonly move: 'frame'; readonly header: object; readonly payload?: string }
  | { readonly move: 'answer'; readonly which: number; readonly well: boolean }
  | { readonly move: 'stray'; readonly serial: number; readonly input: 'verified' | 'commanded' | 'prepared' }
  | { readonly move: 'input'; readonly input: Input }
  | { readonly move: 'wait'; readonly ms: number };

const REQUESTS = ['hello', 'join', 'leave', 'message', 'update', 'refresh', 'remove', 'bad'] as const;

const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(...REQUESTS, 'signal' as const, 'ping' as const).map((type): Move => ({
      move: 'frame',
      header: { type },
      ...(type === 'message' && { payload: 'hi' }),
    })),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      move: fc.constant('answer' as const),
      which: fc.nat(5),
      well: fc.constant(true),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      move: fc.constant('answer' as const),
      which: fc.nat(5),
      well: fc.constant(false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      move: fc.constant('stray' as const),
      serial: fc.nat(30),
      input: fc.constantFrom('verified' as const, 'commanded' as const, 'prepared' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Input>(
        { input: 'timer', timer: 'hello' },
        { input: 'timer', timer: 'resume' },
        { input: 'timer', timer: 'token' },
        { input: 'ended', why: 'replaced' },
        { input: 'ended', why: 'removed' },
        { input: 'goodbye', reason: 'draining', retryAfterMs: 5 },
        { input: 'close', reason: 'slow_consumer' },
        { input: 'degraded', degraded: true },
        { input: 'gone' },
      )
      .map((input): Move => ({ move: 'input', input })),
  },
  { weight: 2, arbitrary: fc.nat(2_000).map((ms): Move => ({ move: 'wait', ms })) },
);

/** Plays moves against the machine and keeps account of what was asked and answered. */
function play(hinted: boolean, script: readonly Move[]) {
  let now = 0;
  let nextId = 1;
  let connection: Connection = openConnection(RULES, hinted, now);
  const effects: Effect[] = [];
  const asked: Effect[] = [];
  const requests: number[] = [];
  const perStep: { before: Connection; input: Input; effects: readonly Effect[] }[] = [];
  const feed = (input: Input): void => {
    const before = connection;
    const next = step(connection, input, now);
    connection = next.connection;
    effects.push(...next.effects);
    asked.push(
      ...next.effects.filter((effect) => ['verify', 'join', 'prepare', 'command'].includes(effect.do)),
    );
    perStep.push({ before, input, effects: next.effects });
  };
  const run = (move: Move): void => {
    if (move.move === 'wait') now += move.ms;
    if (move.move === 'input') feed(move.input);
    if (move.move === 'stray') feed(answerOf({ serial: move.serial, input: move.input }));
    if (move.move === 'answer') {
      const [effect] = asked.splice(move.which % Math.max(asked.length, 1), 1);
      if (effect !== undefined) feed(answerTo(effect, move.well, now));
    }
    if (move.move === 'frame') {
      const { header } = move;
      const full = complete(header as { type: string }, nextId);
      if ('id' in full) {
        requests.push(nextId);
        nextId += 1;
      }
      feed({ input: 'frame', frame: readClientFrame(encodeFrame(full, move.payload), false, 4_096) });
    }
  };
  for (const move of script) run(move);
  for (let rounds = 0; asked.length > 0 && rounds < 100; rounds += 1)
    run({ move: 'answer', which: 0, well: true });
  return { connection, effects, requests, perStep };
}

function complete({ type }: { type: string }, id: number): object {
  switch (type) {
    case 'join':
      return { type, id, room: 'r', key: KEY, n: 1, at: [1, 1] };
    case 'message':
    case 'update':
      return { type, id, cmd: 1 };
    case 'refresh':
      return { type, id, token: 't' };
    case 'bad':
      return { type: 'join', id };
    case 'signal':
      return { type, to: 'p_B', from: 'p_EVIL', link: [1, 1, 0] };
    case 'ping':
      return { type };
    default:
      return { type, id };
  }
}

function answerTo(effect: Effect, well: boolean, now: number): Input {
  const reply: CommandReply = well
    ? { ok: true, at: [1, 1], you: `p_${now}`, resumed: now % 2 === 0 }
    : { ok: false, error: 'unavailable' };
  switch (effect.do) {
    case 'verify':
      return {
        input: 'verified',
        serial: effect.serial,
        result: well ? { ok: true, identity: ANN } : { ok: false, error: 'token_invalid' },
      };
    case 'join':
      return { input: 'join-answered', serial: effect.asked.serial, reply };
    case 'prepare':
      return well
        ? { input: 'prepared', serial: effect.asked.serial, at: [1, 1], iceServers: [] }
        : { input: 'unprepared', serial: effect.asked.serial };
    case 'command':
      return { input: 'commanded', serial: effect.serial, reply };
    default:
      throw new Error(`nothing answers ${effect.do}`);
  }
}

function answerOf({
  serial,
  input,
}: {
  serial: number;
  input: 'verified' | 'commanded' | 'prepared';
}): Input {
  if (input === 'verified') return { input, serial, result: { ok: true, identity: ANN } };
  if (input === 'prepared') return { input, serial, at: [1, 1], iceServers: [] };
  return { input, serial, reply: { ok: true, at: [1, 1] } };
}

const frame = (type: string): Move => ({ move: 'frame', header: { type } });
const well: Move = { move: 'answer', which: 0, well: true };
/** Most scripts start where an orderly client is, or they would end at the first frame. */
const OPENING = [frame('hello'), well, frame('join'), well, well];
const scripts = fc
  .tuple(fc.constantFrom(0, 1, 2, 3, 4, 5, 5, 5, 5), fc.array(moves, { maxLength: 80 }))
  .map(([length, rest]) => [...OPENING.slice(0, length), ...rest]);
/** Without strays: those claim answers that nobody gave. */
const honest = scripts.map((script) => script.filter(({ move }) => move !== 'stray'));
const RUNS = { numRuns: 1_000 };

function replies(effects: readonly Effect[], id: number): number {
  return effects.filter(
    (effect) =>
      effect.do === 'send' &&
      (effect.header.type === 'reply' || effect.header.type === 'welcome') &&
      effect.header.id === id,
  ).length;
}

describe('any sequence of inputs', () => {
  test('of these scripts half reach a room, and all kinds of effects come of them', () => {
    let inRoom = 0;
    const seen = new Set<string>();
    const played = fc.sample(scripts, { numRuns: 300, seed: 1 }).map((script) => play(false, script));
    for (const { effects } of played) {
      for (const effect of effects) seen.add(effect.do);
      if (effects.some((effect) => effect.do === 'catch-up')) inRoom += 1;
    }
    expect(inRoom).toBeGreaterThan(150);
    const kinds = ['abandon', 'catch-up', 'charge', 'close', 'command', 'join', 'prepare', 'send', 'signal'];
    expect([...seen].sort()).toEqual([...kinds, 'tally', 'token-timer', 'unseat', 'verify']);
  });

  test('[REQ-1] I7 every request is answered exactly once, or its connection closes', () => {
    fc.assert(
      fc.property(fc.boolean(), honest, (hinted, script) => {
        const { connection, effects, requests } = play(hinted, script);
        for (const id of requests) {
          expect(replies(effects, id)).toBeLessThanOrEqual(1);
          if (connection.state !== 'closing') expect(replies(effects, id)).toBe(1);
        }
      }),
      RUNS,
    );
  });

  test('[CLOSE-1] nothing but giving back a join follows a close, and a close follows its goodbye', () => {
    fc.assert(
      fc.property(fc.boolean(), scripts, (hinted, script) => {
        const { effects, perStep } = play(hinted, script);
        for (const { before, effects: did } of perStep) {
          if (before.state === 'closing') expect(did.every((effect) => effect.do === 'abandon')).toBe(true);
        }
        const closes = effects.filter((effect) => effect.do === 'close');
        expect(closes.length).toBeLessThanOrEqual(1);
        const at = effects.findIndex((effect) => effect.do === 'close');
        const said = effects.slice(0, at).filter((e) => e.do === 'send' && e.header.type === 'goodbye');
        const last = said.at(-1);
        if (at >= 0)
          expect(last).toMatchObject({ header: { code: closes[0]?.code, reason: closes[0]?.reason } });
      }),
      RUNS,
    );
  });

  test('[SIG-1] X5 I4 a signal leaves only from the seat that is held, whatever the frame says', () => {
    fc.assert(
      fc.property(fc.boolean(), scripts, (hinted, script) => {
        for (const { before, effects } of play(hinted, script).perStep) {
          for (const effect of effects) {
            if (effect.do !== 'signal') continue;
            const held = before.state === 'joined' || before.state === 'preparing' ? before.seat : undefined;
            expect(effect.seat).toEqual(held);
            expect(effect.header).not.toHaveProperty('from');
          }
        }
      }),
      RUNS,
    );
  });

  test('every seat that was taken is given up once, and every join that nobody waits for is given back', () => {
    fc.assert(
      fc.property(fc.boolean(), honest, (hinted, script) => {
        const { connection, effects, perStep } = play(hinted, script);
        const taken = effects.filter((effect) => effect.do === 'prepare').length;
        const unprepared = perStep.filter(
          ({ before, input }) => input.input === 'unprepared' && before.state === 'preparing',
        ).length;
        const left = effects.filter((effect) => effect.do === 'unseat').length;
        const holds = connection.state === 'joined' || connection.state === 'preparing' ? 1 : 0;
        expect(taken).toBe(unprepared + left + holds);
        const late = perStep.filter(
          ({ before, input }) =>
            before.state === 'closing' && input.input === 'join-answered' && input.reply.ok,
        ).length;
        expect(effects.filter((effect) => effect.do === 'abandon')).toHaveLength(late);
      }),
      RUNS,
    );
  });

  test('I10 what waits is bounded, and one mutation is outstanding', () => {
    fc.assert(
      fc.property(honest, (script) => {
        let outstanding = 0;
        for (const { before, input, effects } of play(false, script).perStep) {
          if (input.input === 'commanded' && before.state === 'joined') outstanding = 0;
          if ('held' in before) expect(before.held.length).toBeLessThanOrEqual(RULES.maxHeldFrames);
          if (before.state === 'joined') expect(before.queue.length).toBeLessThanOrEqual(RULES.maxQueued);
          for (const effect of effects) {
            if (effect.do === 'unseat') outstanding = 0;
            if (effect.do === 'command') expect((outstanding += 1)).toBe(1);
          }
        }
      }),
      RUNS,
    );
  });

  test('nothing is asked of the cluster before a token was verified', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        for (const { before, effects } of play(false, script).perStep) {
          if (before.state !== 'awaiting-hello') continue;
          const kinds = new Set(effects.map((effect) => effect.do));
          for (const kind of ['join', 'command', 'signal', 'prepare'] as const)
            expect(kinds.has(kind)).toBe(false);
        }
      }),
      RUNS,
    );
  });
});
