import { shownState } from './connection.js';
import type { Connection, Ended } from './connection.js';
import { effectsBetween } from './effects-between.js';
import type { ConnectionEffect, ConnectionEvent, Deciding } from './events.js';
import { onExpelled, onLive } from './live.js';
import { ended, open } from './transitions.js';
import type { Trying } from './transitions.js';
import { onTrial } from './trial.js';

/** The connection after something happened to it, and what is to be done. */
export interface Outcome {
  readonly connection: Connection;
  readonly effects: readonly ConnectionEffect[];
}

/** What an event makes of a connection, and what is to be done. Pure: what is to be done follows from the two states. */
export function step(connection: Connection, event: ConnectionEvent, deciding: Deciding): Outcome {
  const next = react(connection, event, deciding);
  return { connection: next, effects: effectsBetween(connection, next, deciding) };
}

function react(connection: Connection, event: ConnectionEvent, deciding: Deciding): Connection {
  if (connection.name === 'ended') return connection;
  if (event.event === 'leave') return leave(connection);
  if (connection.name === 'idle') return event.event === 'start' ? open(connection) : connection;
  const live = event.n && event.n === connection.n;
  if (connection.name === 'leaving') {
    const over = live
      ? ['left', 'closed', 'goodbye', 'refused'].includes(event.event)
      : event.event === 'timer' || event.event === 'expelled';
    return over ? ended('left') : connection;
  }
  if (connection.name === 'joined') {
    if (event.event === 'expelled') return onExpelled(connection, event, deciding);
    if (live) return onLive(connection, event, deciding);
  }
  return concernsTrial(connection, event) ? onTrial(connection, event, deciding) : connection;
}

/** Timers and `online` are about the trial; everything else names its socket. */
function concernsTrial({ trial }: Trying, event: ConnectionEvent): boolean {
  if (!trial) return false;
  return event.n ? event.n === trial.n : event.event === 'timer' || event.event === 'online';
}

/** Says so to the server where that is possible: frames are handled in their order, also behind an unanswered join. */
function leave(connection: Exclude<Connection, Ended>): Connection {
  if (connection.name === 'leaving') return connection;
  const { trial } = connection;
  const n = connection.n ?? (trial?.stage === 'joining' && trial.n);
  if (!n) return ended('left');
  return { name: 'leaving', memory: connection.memory, n, shown: shownState(connection) };
}
