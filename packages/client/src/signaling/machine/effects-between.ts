import type { Connection, Trial } from './connection.js';
import type { ConnectionEffect, Deciding } from './events.js';

const LEAVING = { ms: 1_000 };

/**
 * What is to be done for a connection to get from one state to another. Sockets that the new state does not name are
 * closed, those that it names first are opened, and the one timer is set anew whenever something else is waited for: no
 * state leaks either.
 */
export function effectsBetween(
  before: Connection,
  after: Connection,
  { now }: Pick<Deciding, 'now'>,
): ConnectionEffect[] {
  if (before === after) return [];
  const kept = sockets(after);
  const effects: ConnectionEffect[] = sockets(before)
    .filter((n) => !kept.includes(n))
    .map((n) => ({ do: 'close', n }));
  if (deadline(before) !== deadline(after)) effects.push({ do: 'timer', ms: deadline(after)?.ms });
  if ('n' in before && !('n' in after)) effects.push({ do: 'lose' });
  if (after.name === 'ended') return [...effects, { do: 'end' }];
  if (after.name === 'leaving') return [...effects, { do: 'leave', n: after.n }];
  return [...effects, ...starts(before, after, now)];
}

function starts(before: Connection, after: Connection, now: () => number): ConnectionEffect[] {
  if (!('memory' in before && 'memory' in after)) return [];
  const effects: ConnectionEffect[] = [];
  const { seat, address } = after.memory;
  const trial = trialOf(after);
  if (trial !== trialOf(before)) {
    const resume = seat !== undefined && now() - (seat.lostAt ?? Infinity) < seat.resumeMs;
    if (trial?.stage === 'waiting' && trial.first) effects.push({ do: trial.first });
    if (trial?.stage === 'token') effects.push({ do: 'open', n: trial.n, address, resume });
    if (trial?.stage === 'joining') effects.push({ do: 'greet', n: trial.n });
  }
  if ('n' in after && !('n' in before && before.n === after.n)) effects.push({ do: 'adopt', n: after.n });
  return effects;
}

/** The sockets that a state names. */
export function sockets(connection: Connection): readonly number[] {
  const live = 'n' in connection ? [connection.n] : [];
  const trial = trialOf(connection);
  return !trial || trial.stage === 'waiting' ? live : [...live, trial.n];
}

/** The next connection on its way. */
export function trialOf(connection: Connection): Trial | undefined {
  return 'trial' in connection ? connection.trial : undefined;
}

/** What is waited for: another object is another deadline. */
function deadline(connection: Connection): { readonly ms: number } | undefined {
  return connection.name === 'leaving' ? LEAVING : trialOf(connection);
}
