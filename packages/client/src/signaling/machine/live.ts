import type { Connection, Joined, Memory, Trial } from './connection.js';
import type { ConnectionEvent, Deciding } from './events.js';
import { again, ended, forgiven, setback, stay, unseated } from './transitions.js';
import type { Again } from './transitions.js';
import { endReason, EXPULSIONS, verdict } from './verdict.js';
import type { Closing } from './verdict.js';

/** Connected for so long, a client has made up for having been told to back off. */
const STEADY_MS = 10_000;

/** Something happened to the connection that carries everything. */
export function onLive(joined: Joined, event: ConnectionEvent, deciding: Deciding): Connection {
  const connection = steadied(joined, deciding.now());
  switch (event.event) {
    case 'goodbye':
      return onGoodbye(connection, event, deciding);
    case 'closed':
      return onGone(connection, event, deciding);
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
  const end = EXPULSIONS[reason];
  return end ? ended(end) : lost(connection, unseated(connection.memory), deciding);
}

function onGoodbye(connection: Joined, goodbye: Closing, deciding: Deciding): Connection {
  return verdict(goodbye.code, goodbye.action) === 'reconnect'
    ? move(connection, 'told', deciding, goodbye.retryAfterMs)
    : onGone(connection, goodbye, deciding);
}

function onDegraded(connection: Joined, deciding: Deciding): Connection {
  // Also with a single address, behind which there may be many gateways: whoever is not taken stays.
  if (connection.degraded) return move(connection, 'degraded', deciding);
  if (connection.moving !== 'degraded') return connection;
  // A join that is on its way may be done already: its answer decides.
  return connection.trial?.stage === 'joining' ? { ...connection, moving: undefined } : stay(connection);
}

/** Make before break: the next connection is opened and joined while this one goes on. */
function move(
  connection: Joined,
  moving: 'told' | 'degraded',
  deciding: Deciding,
  retryAfterMs?: number,
): Connection {
  if (connection.trial) return connection;
  return again({ ...connection, moving }, connection.memory, deciding, { retryAfterMs });
}

function onGone(connection: Joined, { code, action, retryAfterMs }: Closing, deciding: Deciding): Connection {
  const then = verdict(code, action);
  if (then !== 'stop') {
    const [memory, first] = setback(then, connection.memory);
    return lost(connection, memory, deciding, { retryAfterMs, first });
  }
  if (code === 4009 && connection.memory.n > connection.n) return succeeded(connection, deciding);
  if (code !== 4010 || !deciding.renewable) return ended(endReason(code), { code });
  return lost(connection, connection.memory, deciding, { first: 'fresh-token' });
}

/** It was a later socket of this very client that took over, whether or not its answer has arrived. */
function succeeded(connection: Joined, deciding: Deciding): Connection {
  const { memory, trial } = connection;
  if (trial?.stage !== 'joining') return lost(connection, memory, deciding);
  return { name: 'absent', memory, trial, handover: true };
}

/** The connection is gone; the next one, if it is on its way already, goes on. */
function lost({ trial }: Joined, before: Memory, deciding: Deciding, how: Again = {}): Connection {
  const memory = { ...before, seat: before.seat && { ...before.seat, lostAt: deciding.now() } };
  const absent = { name: 'absent', memory, trial: trial ?? { stage: 'waiting', ms: 0 } } as const;
  if (trial && !how.first && !overdue(trial, memory)) return absent;
  return again(absent, forgiven(memory), deciding, how);
}

/** Waiting longer and longer was right while the connection lasted: now there is none. */
function overdue({ stage }: Trial, { failures, penalised }: Memory): boolean {
  return stage === 'waiting' && failures > 1 && !penalised;
}
