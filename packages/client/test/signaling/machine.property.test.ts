import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorBody, ERRORS } from '@parley/protocol';
import type { ErrorCode } from '@parley/protocol';
import { idleConnection, shownState } from '../../src/signaling/machine/connection.js';
import type { Connection } from '../../src/signaling/machine/connection.js';
import type { ConnectionEffect, ConnectionEvent } from '../../src/signaling/machine/events.js';
import { sockets } from '../../src/signaling/machine/effects-between.js';
import { step } from '../../src/signaling/machine/step.js';

/** An event without its socket: that is chosen among those that were ever opened. */
const events = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('opening', 'opened', 'joined').map((event) => ({ event })) },
  { weight: 3, arbitrary: fc.constantFrom('timer', 'online', 'behind').map((event) => ({ event })) },
  { weight: 1, arbitrary: fc.constant({ event: 'leave' }) },
  { weight: 1, arbitrary: fc.constantFrom('start', 'left').map((event) => ({ event })) },
  fc.boolean().map((degraded) => ({ event: 'degraded', degraded })),
  fc.constantFrom('left', 'removed', 'expired', 'closed').map((reason) => ({ event: 'expelled', reason })),
  fc
    .constantFrom(...(Object.keys(ERRORS) as ErrorCode[]))
    .map((code) => ({ event: 'refused', error: errorBody(code) })),
  fc.constantFrom(1000, 1006, 4009, 4010, 4101, 4102, 4200).map((code) => ({ event: 'closed', code })),
  fc
    .tuple(
      fc.constantFrom(4000, 4008, 4009, 4010, 4100, 4101, 4200, 4201, 4202),
      fc.constantFrom('resume', 'rejoin', 'stop'),
    )
    .map(([code, action]) => ({ event: 'goodbye', code, action })),
);

interface Run {
  connection: Connection;
  /** Sockets opened and not closed. */
  readonly open: Set<number>;
  readonly joined: Set<number>;
  live: number | undefined;
  timer: number | undefined;
  latest: number;
  ended: number;
}

function begin(addresses: number): Run {
  const connection = idleConnection(0, addresses);
  return {
    connection,
    open: new Set(),
    joined: new Set(),
    live: undefined,
    timer: undefined,
    latest: 0,
    ended: 0,
  };
}

function apply(run: Run, effects: readonly ConnectionEffect[]): void {
  for (const effect of effects) {
    switch (effect.do) {
      case 'open':
        expect(effect.n).toBeGreaterThan(run.latest);
        run.latest = effect.n;
        run.open.add(effect.n);
        break;
      case 'close':
        expect(run.open.has(effect.n)).toBe(true);
        run.open.delete(effect.n);
        run.joined.delete(effect.n);
        break;
      case 'adopt':
        expect(run.open.has(effect.n)).toBe(true);
        run.live = effect.n;
        break;
      case 'lose':
        run.live = undefined;
        break;
      case 'timer':
        run.timer = effect.ms;
        break;
      case 'end':
        run.ended += 1;
        break;
      case 'greet':
      case 'leave':
        expect(run.open.has(effect.n)).toBe(true);
        break;
      case 'new-key':
      case 'fresh-token':
    }
  }
}

function check(run: Run): void {
  const { connection, open } = run;
  expect([...open].sort()).toEqual([...sockets(connection)].sort());
  expect(run.joined.size).toBeLessThanOrEqual(1);
  expect(run.live).toBe(
    connection.name === 'joined' ? connection.n : connection.name === 'leaving' ? run.live : undefined,
  );
  // Whatever is waited for has a deadline: nothing hangs.
  const waits =
    connection.name === 'absent' ||
    connection.name === 'leaving' ||
    ('trial' in connection && connection.trial);
  expect(run.timer !== undefined).toBe(Boolean(waits));
  if (connection.name === 'ended') {
    expect(open.size).toBe(0);
    expect(run.ended).toBe(1);
  }
}

const deciding = (giveUpAfter: number, renewable: boolean) => {
  let time = 0;
  return {
    now: () => (time += 500),
    delayMs: (attempt: number) => (attempt > giveUpAfter ? undefined : 100),
    renewable,
  };
};

describe('the state machine of a connection', () => {
  test('any order of events: one joined connection, no socket and no timer is forgotten, the end is final', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(events, fc.nat(9)), { maxLength: 120 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(2, Infinity),
        fc.boolean(),
        (sequence, addresses, giveUpAfter, renewable) => {
          const run = begin(addresses);
          const ports = deciding(giveUpAfter, renewable);
          for (const [given, choice] of [[{ event: 'start' }, 0] as const, ...sequence]) {
            // Mostly of a socket that is there, sometimes of one that is long gone.
            const named = [...run.open, ...run.open, ...run.open, 1 + (choice % Math.max(1, run.latest))];
            const event = {
              ...given,
              n: named[choice % named.length],
              resumeMs: 15_000,
            } as unknown as ConnectionEvent;
            const plain = ['timer', 'online', 'leave', 'start', 'expelled'].includes(event.event);
            if (plain) delete (event as { n?: number }).n;
            const wasEnded = run.connection.name === 'ended';
            const before = run.connection;
            const { connection, effects } = step(before, event, ports);
            if (wasEnded) expect(connection).toBe(before);
            run.connection = connection;
            apply(run, effects);
            if (connection.name === 'joined') run.joined.add(connection.n);
            check(run);
            expect(shownState(connection).name).toBeTypeOf('string');
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('from any state a client that is answered gets joined, unless it has ended', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(events, fc.nat(9)), { maxLength: 60 }), (sequence) => {
        const ports = deciding(Infinity, true);
        let connection: Connection = idleConnection(0, 2);
        let n = 0;
        const send = (event: ConnectionEvent): void => {
          const outcome = step(connection, event, ports);
          connection = outcome.connection;
          for (const effect of outcome.effects) if (effect.do === 'open') n = effect.n;
        };
        send({ event: 'start' });
        for (const [given, choice] of sequence) {
          if (given.event === 'leave') continue;
          send({ ...given, n: Math.max(1, n - (choice % 2)), resumeMs: 1 } as unknown as ConnectionEvent);
        }
        for (let i = 0; i < 4 && connection.name === 'absent'; i += 1) {
          if (connection.trial.stage === 'waiting') send({ event: 'timer' });
          if (connection.trial.stage === 'token') send({ event: 'opening', n });
          if (connection.trial.stage === 'opening') send({ event: 'opened', n });
          send({ event: 'joined', n, resumeMs: 1 });
        }
        expect(['joined', 'ended']).toContain(connection.name);
      }),
      { numRuns: 1_000 },
    );
  });
});
