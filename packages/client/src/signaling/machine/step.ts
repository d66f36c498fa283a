import { shownState } from './connection.js';
import type { Connection, Joined } from './connection.js';
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
  switch (connection.name) {
    case 'idle':
      if (event.event === 'leave') return ended('left');
      return event.event === 'start' ? open(connection) : connection;
    case 'absent':
      if (event.event === 'leave') return leave(connection, connection.trial);
      return concernsTrial(connection, event) ? onTrial(connection, event, deciding) : connection;
    case 'joined':
      return whileJoined(connection, event, deciding);
    case 'leaving': {
      const over =
        'n' in event &&
        event.n === connection.n &&
        ['left', 'closed', 'goodbye', 'refused'].includes(event.event);
      return over || event.event === 'timer' || event.event === 'expelled'
        ? ended('left')
        : connection;
    }
    case 'ended':
      return connection;
  }
}

function whileJoined(connection: Joined, event: ConnectionEvent, deciding: Deciding): Connection {
  if (event.event === 'leave') return leave(connection, { stage: 'joining', n: connection.n, ms: 0 });
  if (event.event === 'expelled') return onExpelled(connection, event, deciding);
  if ('n' in event && event.n === connection.n) return onLive(connection, event, deciding);
  return concernsTrial(connection, event) ? onTrial(connection, event, deciding) : connection;
}

/** Timers and `online` are about the trial; everything else names its socket. */
function concernsTrial({ trial }: Trying, event: ConnectionEvent): boolean {
  if (trial === undefined) return false;
  if (!('n' in event)) return event.event === 'timer' || event.event === 'online';
  return trial.stage !== 'waiting' && event.n === trial.n;
}

/** Says so to the server where that is possible: frames are handled in their order, also behind an unanswered join. */
function leave(connection: Trying, trial: Trying['trial']): Connection {
  if (trial?.stage !== 'joining') return ended('left');
  return { name: 'leaving', memory: connection.memory, n: trial.n, shown: shownState(connection) };
}
