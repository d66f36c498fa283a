import { same } from '../same.js';
import { shownState } from './machine/connection.js';
import type { ConnectionEvent } from './machine/events.js';
import { step } from './machine/step.js';
import { perform } from './perform.js';
import type { Session } from './session.js';

/**
 * Hands events to the state machine, one after the other: what effects and listeners lead to waits until all effects of
 * the event before are done. Applications hear of a new state after its effects.
 */
export function createDispatch(at: () => Session): (event: ConnectionEvent) => void {
  const queue: ConnectionEvent[] = [];
  let busy = false;
  return (event) => {
    queue.push(event);
    if (busy) return;
    busy = true;
    for (let next = queue.shift(); next; next = queue.shift()) react(at(), next);
    busy = false;
  };
}

function react(session: Session, event: ConnectionEvent): void {
  const { clock, backoff, token } = session;
  const before = shownState(session.connection);
  const { connection, effects } = step(session.connection, event, {
    now: clock.now,
    delayMs: backoff.delayMs,
    renewable: typeof token === 'function',
  });
  session.connection = connection;
  for (const effect of effects) {
    try {
      perform(session, effect);
    } catch (error) {
      session.fault(error);
    }
  }
  const after = shownState(session.connection);
  // A new wait is news even if it is as long as the one before.
  if (after.name === 'waiting' || !same(before, after)) session.emit('state', after);
}
