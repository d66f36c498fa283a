import type { CloseAction } from '@parley/protocol';
import { SignalingError } from '../signaling-error.js';
import type { EndReason } from '../signaling-client.js';
import type { Connection, Joined, Memory, Trial } from './connection.js';
import type { ConnectionEffect, Deciding } from './events.js';

/** More than what getting a token may take, so that its failure is told. */
const TOKEN_MS = 11_000;

/** The connection after something happened to it, and what is to be done. */
export interface Outcome {
  readonly connection: Connection;
  readonly effects: readonly ConnectionEffect[];
}

/** A connection with another one on its way. */
export type Trying = Extract<Connection, { readonly name: 'absent' }> | Joined;

/** Nothing to do. */
export function unchanged(connection: Connection): Outcome {
  return { connection, effects: [] };
}

/** Over. */
export function ended(reason: EndReason, why: { code?: number; error?: SignalingError } = {}): Outcome {
  return { connection: { name: 'ended', reason, ...why }, effects: [{ do: 'lose' }, { do: 'end' }] };
}

/** A client that moves no more: what it tried in vain is forgotten. */
export function stay(connection: Joined): Outcome {
  const { memory } = connection;
  const failures = memory.penalised ? memory.failures : 0;
  return unchanged({ ...connection, memory: { ...memory, failures }, trial: undefined, moving: undefined });
}

/** A trial, what it makes of the memory, and what is to be done. */
export interface Tried {
  readonly memory: Memory;
  readonly trial: Trial;
  readonly effects: readonly ConnectionEffect[];
}

/** Tries the next address with the next number. */
export function open(memory: Memory, { now }: Deciding): Tried {
  const n = memory.n + 1;
  const { seat, address } = memory;
  const resume = seat !== undefined && (seat.lostAt === undefined || now() - seat.lostAt < seat.resumeMs);
  return {
    memory: { ...memory, n },
    trial: { stage: 'token', n, ms: TOKEN_MS },
    effects: [{ do: 'open', n, address, resume }],
  };
}

/** What else there is to a new try. */
export interface Again {
  readonly retryAfterMs?: number | undefined;
  readonly effects?: readonly ConnectionEffect[];
}

/** Waits before the next try, at the next address. If the policy gives up, a client that is connected stays, another ends. */
export function again(
  connection: Trying,
  memory: Memory,
  deciding: Deciding,
  { retryAfterMs, effects = [] }: Again,
): Outcome {
  const ms = deciding.delayMs(memory.failures, retryAfterMs);
  if (ms === undefined) {
    return connection.name === 'joined'
      ? stay(connection)
      : ended('gave-up', { error: new SignalingError('gave_up') });
  }
  const address = (memory.address + 1) % memory.addresses;
  const waiting = { ...memory, address, failures: memory.failures + 1 };
  return on(connection, { memory: waiting, trial: { stage: 'waiting', ms }, effects });
}

/** The connection with another trial. */
export function on(connection: Trying, { memory, trial, effects }: Tried): Outcome {
  const next = { ...connection, memory, trial };
  return { connection: next.name === 'absent' ? { ...next, handover: false } : next, effects };
}

/** What a close that is no end makes of the memory, and what is to be done before coming back. */
export function setback(then: CloseAction | 'rejoin', memory: Memory): Pick<Tried, 'memory' | 'effects'> {
  if (then === 'rejoin') return { memory: unseated(memory), effects: [{ do: 'new-key' }] };
  if (then !== 'back off') return { memory, effects: [] };
  // No quick first try.
  return { memory: { ...memory, penalised: true, failures: Math.max(1, memory.failures) }, effects: [] };
}

/** The memory of a client whose participant is no more: there is nothing to resume. */
export function unseated(memory: Memory): Memory {
  return { ...memory, seat: undefined };
}
