import type { Goodbye } from '@parley/protocol';
import type { Connection, Joined, Memory, Trial } from './connection.js';
import type { ConnectionEvent, Deciding } from './events.js';
import { again, ended, forgiven, setback, stay, unseated } from './transitions.js';
import { endReason, expulsion, verdict } from './verdict.js';

/** Connected for so long, a client has made up for having been told to back off. */
const STEADY_MS = 10_000;

/** Something happened to the connection that carries everything. */
export function onLive(joined: Joined, event: ConnectionEvent, deciding: Deciding): Connection {
  const connection = steadied(joined, deciding.now());
  switch (event.event) {
    case 'goodbye':
      return onGoodbye(connection, event.goodbye, deciding);
    case 'closed':
      return onGone(connection, { code: event.code, then: verdict(event.code) }, deciding);
    case 'behind':
      return move(connection, 'told', deciding);
    case 'degraded':
      return onDegraded({ ...connection, degraded: event.degraded }, deciding);
    default:
      return connection;
  }
}

function steadied(connection: Joined, now: number): Joined {
  const { memory, since } = connection;
  if (!memory.penalised || now - since < STEADY_MS) return connection;
  return { ...connection, memory: { ...memory, penalised: false, failures: 0 } };
}

/** The room says that this participant has left. */
export function onExpelled(
  connection: Joined,
  { reason }: Extract<ConnectionEvent, { readonly event: 'expelled' }>,
  deciding: Deciding,
): Connection {
  const end = expulsion(reason);
  return end === undefined ? lost(connection, unseated(connection.memory), deciding) : ended(end);
}

function onGoodbye(connection: Joined, goodbye: Goodbye, deciding: Deciding): Connection {
  const { code, action, retryAfterMs } = goodbye;
  const then = verdict(code, action);
  if (then === 'reconnect') return move(connection, 'told', deciding, retryAfterMs);
  return onGone(connection, { code, then, retryAfterMs }, deciding);
}

function onDegraded(connection: Joined, deciding: Deciding): Connection {
  if (connection.degraded) {
    return connection.memory.addresses > 1 ? move(connection, 'degraded', deciding) : connection;
  }
  return connection.moving === 'degraded' ? stay(connection) : connection;
}

/** Make before break: the next connection is opened and joined while this one goes on. */
function move(
  connection: Joined,
  moving: 'told' | 'degraded',
  deciding: Deciding,
  retryAfterMs?: number,
): Connection {
  if (connection.trial !== undefined) return connection;
  return again({ ...connection, moving }, connection.memory, deciding, retryAfterMs);
}

interface Going {
  readonly code: number;
  readonly then: ReturnType<typeof verdict>;
  readonly retryAfterMs?: number | undefined;
}

function onGone(connection: Joined, { code, then, retryAfterMs }: Going, deciding: Deciding): Connection {
  if (then !== 'stop') {
    const going = then === 'rejoin' ? settled(connection) : connection;
    return lost(going, setback(then, connection.memory), deciding, retryAfterMs);
  }
  if (code === 4009 && connection.memory.n > connection.n) return succeeded(connection, deciding);
  if (code !== 4010 || !deciding.renewable) return ended(endReason(code), { code });
  const { memory } = connection;
  return lost(settled(connection), { ...memory, renewals: memory.renewals + 1 }, deciding);
}

/** It was a later socket of this very client that took over, whether or not its answer has arrived. */
function succeeded(connection: Joined, deciding: Deciding): Connection {
  const { memory, trial } = connection;
  if (trial?.stage !== 'joining') return lost(connection, memory, deciding);
  return { name: 'absent', memory, trial, handover: true };
}

/** Without the next connection, which was begun under what does not count any more. */
function settled(connection: Joined): Joined {
  return { ...connection, trial: undefined };
}

/** The connection is gone; the next one, if it is on its way already, goes on. */
function lost({ trial }: Joined, before: Memory, deciding: Deciding, retryAfterMs?: number): Connection {
  const memory = { ...before, seat: before.seat && { ...before.seat, lostAt: deciding.now() } };
  const absent = { name: 'absent', memory, trial: trial ?? { stage: 'waiting', ms: 0 } } as const;
  if (trial !== undefined && !overdue(trial, memory)) return absent;
  return again(absent, forgiven(memory), deciding, retryAfterMs);
}

/** Waiting longer and longer was right while the connection lasted: now there is none. */
function overdue(trial: Trial, memory: Memory): boolean {
  return trial.stage === 'waiting' && memory.failures > 1 && !memory.penalised;
}
