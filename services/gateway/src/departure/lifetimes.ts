import type { Cancel, Clock, Random } from '@parley/kit';
import type { LiveConnection, LiveConnections } from '../live-connections.js';

/** What it works with. */
export interface LifetimeDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'below' | 'fraction'>;
  /** The mean; each connection lives for half of it to one and a half times it. */
  readonly lifetimeMs: number;
  /** Between a goodbye and its close. */
  readonly lingerMs: number;
  /** Whether somebody who leaves now would be taken elsewhere. */
  readonly mayMove: () => boolean;
}

const LATER_MS = 10_000;

/**
 * Gives native connections a random life: at its end the client is told to resume, wherever the load balancer sends it, and
 * the connection is closed a little later. So a gateway that was just added gets its share of connections that live for
 * hours (U13). Connections of the plain dialect, which cannot resume, live for ever.
 */
export function withLifetimes(
  connections: LiveConnections,
  { clock, random, lifetimeMs, lingerMs, mayMove }: LifetimeDeps,
): LiveConnections {
  const deaths = new Map<LiveConnection, Cancel>();
  const plan = (connection: LiveConnection, ms: number, run: () => void): void =>
    void deaths.set(connection, clock.after(ms, run));
  const die = (connection: LiveConnection): void => {
    if (!mayMove()) return plan(connection, LATER_MS, () => die(connection));
    connection.goodbye('rebalancing', random.below(1_000));
    plan(connection, lingerMs, () => connection.close('rebalancing'));
  };
  return {
    ...connections,
    // A getter does not survive the spread.
    get size() {
      return connections.size;
    },
    add: (connection) => {
      connections.add(connection);
      if (connection.dialect === 'plain') return;
      plan(connection, (0.5 + random.fraction()) * lifetimeMs, () => die(connection));
    },
    remove: (connection, code) => {
      deaths.get(connection)?.();
      deaths.delete(connection);
      connections.remove(connection, code);
    },
  };
}
