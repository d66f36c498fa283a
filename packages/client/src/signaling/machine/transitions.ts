import type { CloseAction } from '@parley/protocol';
import { SignalingError } from '../signaling-error.js';
import type { EndReason } from '../signaling-client.js';
import type { Connection, First, Joined, Memory, Trial } from './connection.js';
import type { Deciding } from './events.js';

/** More than what getting a token may take, so that its failure is told. */
const TOKEN_MS = 11_000;

/** A connection with another one on its way. */
export type Trying = Extract<Connection, { readonly name: 'absent' }> | Joined;

/** Over. */
export function ended(reason: EndReason, why: { code?: number; error?: SignalingError } = {}): Connection {
  return { name: 'ended', reason, ...why };
}

/** A client that moves no more: what it tried in vain is forgotten. */
export function stay(connection: Joined): Connection {
  return { ...connection, memory: forgiven(connection.memory), trial: undefined, moving: undefined };
}

/** The memory without the tries that failed, unless the server asked to back off. */
export function forgiven(memory: Memory): Memory {
  return memory.penalised ? memory : { ...memory, failures: 0 };
}

/** Tries the next address with the next number. */
export function open(connection: Connection & { readonly memory: Memory }): Connection {
  const { memory } = connection;
  const n = memory.n + 1;
  return trying(connection, { ...memory, n }, { stage: 'token', n, ms: TOKEN_MS });
}

/** What else there is to a new try. */
export interface Again {
  readonly retryAfterMs?: number | undefined;
  readonly first?: First;
}

/**
 * Waits before the next try, at the next address. A client that is connected stays where it is when it has no reason to move
 * any more, or the policy gives up; any other ends then.
 */
export function again(
  connection: Trying,
  memory: Memory,
  deciding: Deciding,
  { retryAfterMs, first }: Again = {},
): Connection {
  if (connection.name === 'joined' && !connection.moving) return stay({ ...connection, memory });
  const ms = deciding.delayMs(memory.failures, retryAfterMs);
  if (ms === undefined) {
    return connection.name === 'joined'
      ? stay(connection)
      : ended('gave-up', { error: new SignalingError({ code: 'gave_up' }) });
  }
  const address = (memory.address + 1) % memory.addresses;
  return trying(
    connection,
    { ...memory, address, failures: memory.failures + 1 },
    { stage: 'waiting', ms, first },
  );
}

function trying(connection: Connection, memory: Memory, trial: Trial): Connection {
  return connection.name === 'joined' ? { ...connection, memory, trial } : { name: 'absent', memory, trial };
}

/** After a close that is no end: what becomes of the memory, and what goes first. */
export function setback(then: CloseAction | 'rejoin', memory: Memory): readonly [Memory, First] {
  if (then === 'rejoin') return [unseated(memory), 'new-key'];
  if (then !== 'back off') return [memory, undefined];
  // No quick first try.
  return [{ ...memory, penalised: true, failures: Math.max(1, memory.failures) }, undefined];
}

/** The memory of a client whose participant is no more: there is nothing to resume. */
export function unseated(memory: Memory): Memory {
  return { ...memory, seat: undefined };
}
