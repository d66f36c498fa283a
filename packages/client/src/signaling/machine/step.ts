import { shownState } from './connection.js';
import type { Connection, Joined } from './connection.js';
import type { ConnectionEffect, ConnectionEvent, Deciding } from './events.js';
import { onExpelled, onLive } from './live.js';
import { ended, open, unchanged } from './outcome.js';
import type { Outcome, Trying } from './outcome.js';
import { onTrial } from './trial.js';

const LEAVE_MS = 1_000;

/**
 * What an event makes of a connection, and what is to be done. Pure. Sockets that the new state does not name are
 * closed, and the one timer is set anew whenever something else is waited for: no state leaks either.
 */
export function step(connection: Connection, event: ConnectionEvent, deciding: Deciding): Outcome {
  const { connection: next, effects } = react(connection, event, deciding);
  return { connection: next, effects: [...upkeep(connection, next), ...effects] };
}

function react(connection: Connection, event: ConnectionEvent, deciding: Deciding): Outcome {
  switch (connection.name) {
    case 'idle':
      if (event.event === 'leave') return ended('left');
      return event.event === 'start' ? start(connection, deciding) : unchanged(connection);
    case 'absent':
      if (event.event === 'leave') return leave(connection, connection.trial);
      return concernsTrial(connection, event) ? onTrial(connection, event, deciding) : unchanged(connection);
    case 'joined':
      return whileJoined(connection, event, deciding);
    case 'leaving': {
      const over =
        'n' in event &&
        event.n === connection.n &&
        ['left', 'closed', 'goodbye', 'refused'].includes(event.event);
      return over || event.event === 'timer' || event.event === 'expelled'
        ? ended('left')
        : unchanged(connection);
    }
    case 'ended':
      return unchanged(connection);
  }
}

function start({ memory }: Connection & { name: 'idle' }, deciding: Deciding): Outcome {
  const tried = open(memory, deciding);
  const next = { name: 'absent', memory: tried.memory, trial: tried.trial } as const;
  return { connection: next, effects: tried.effects };
}

function whileJoined(connection: Joined, event: ConnectionEvent, deciding: Deciding): Outcome {
  if (event.event === 'leave') return leave(connection, { stage: 'joining', n: connection.n, ms: 0 });
  if (event.event === 'expelled') return onExpelled(connection, event, deciding);
  if ('n' in event && event.n === connection.n) return onLive(connection, event, deciding);
  return concernsTrial(connection, event) ? onTrial(connection, event, deciding) : unchanged(connection);
}

/** Timers and `online` are about the trial; everything else names its socket. */
function concernsTrial({ trial }: Trying, event: ConnectionEvent): boolean {
  if (trial === undefined) return false;
  if (!('n' in event)) return event.event === 'timer' || event.event === 'online';
  return trial.stage !== 'waiting' && event.n === trial.n;
}

/** Says so to the server where that is possible: frames are handled in their order, also behind an unanswered join. */
function leave(connection: Trying, { stage, ...rest }: NonNullable<Trying['trial']>): Outcome {
  if (stage !== 'joining' || !('n' in rest)) return ended('left');
  const { memory } = connection;
  const { n } = rest;
  return {
    connection: { name: 'leaving', memory, n, shown: shownState(connection) },
    effects: [{ do: 'leave', n }],
  };
}

function upkeep(before: Connection, after: Connection): ConnectionEffect[] {
  const kept = sockets(after);
  const effects: ConnectionEffect[] = sockets(before)
    .filter((n) => !kept.includes(n))
    .map((n) => ({ do: 'close', n }));
  if (deadline(before) !== deadline(after)) effects.push({ do: 'timer', ms: deadline(after)?.ms });
  return effects;
}

/** The sockets that a state names. */
export function sockets(connection: Connection): readonly number[] {
  const live = 'n' in connection ? [connection.n] : [];
  const trial = 'trial' in connection ? connection.trial : undefined;
  return trial === undefined || trial.stage === 'waiting' ? live : [...live, trial.n];
}

const LEAVING = { ms: LEAVE_MS };

/** What is waited for: another object is another deadline. */
function deadline(connection: Connection): { readonly ms: number } | undefined {
  if (connection.name === 'leaving') return LEAVING;
  return 'trial' in connection ? connection.trial : undefined;
}
