import type { Connection, Memory, Trial } from './connection.js';
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
  if (before.n && !after.n) effects.push({ do: 'lose' });
  if (after.name === 'ended') return [...effects, { do: 'end' }];
  if (after.name === 'leaving') return [...effects, { do: 'leave', n: after.n }];
  const { n, trial, memory } = after;
  if (trial && trial !== before.trial) effects.push(...starts(trial, memory, now));
  if (n && n !== before.n) effects.push({ do: 'adopt', n });
  return effects;
}

/** What is to be done as a stage begins. */
function starts(
  { stage, n, first }: Trial,
  { seat, address }: Memory,
  now: () => number,
): ConnectionEffect[] {
  if (first) return [{ do: first }];
  if (stage === 'joining') return [{ do: 'greet', n }];
  if (stage !== 'token') return [];
  const resume = !!seat && now() - (seat.lostAt ?? Infinity) < seat.resumeMs;
  return [{ do: 'open', n, address, resume }];
}

/** The sockets that a state names. */
export function sockets({ n, trial }: Connection): readonly number[] {
  return [n, trial?.n].flatMap((one) => one ?? []);
}

/** What is waited for: another object is another deadline. */
function deadline(connection: Connection): { readonly ms: number } | undefined {
  return connection.name === 'leaving' ? LEAVING : connection.trial;
}
