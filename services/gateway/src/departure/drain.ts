import type { Cancel, Clock, Random } from '@parley/kit';
import type { LiveConnections } from '../live-connections.js';
import { paced, shuffle } from './pacing.js';

/** What a drain works with. */
export interface DrainDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly connections: LiveConnections;
  /** How long not-ready has to spread before the first goodbye. */
  readonly spreadMs: number;
  /** Between a goodbye and its close. */
  readonly lingerMs: number;
}

/** When one connection is told to go, from the start of the drain, in milliseconds. */
export interface Departure {
  readonly goodbyeMs: number;
  readonly closeMs: number;
}

/**
 * Spreads `count` departures over the window, `paced`. Spread and linger are cut so that they leave half the window.
 */
export function departures(
  count: number,
  windowMs: number,
  { spreadMs, lingerMs, random }: Pick<DrainDeps, 'spreadMs' | 'lingerMs' | 'random'>,
): Departure[] {
  const spread = Math.min(spreadMs, windowMs / 4);
  const linger = Math.min(lingerMs, windowMs / 4);
  return paced(count, windowMs - spread - linger, random).map((ms) => ({
    goodbyeMs: spread + ms,
    closeMs: spread + ms + linger,
  }));
}

/**
 * Moves every connection elsewhere: a goodbye each, and, for whoever is still here after the linger, a close. Resolves
 * when nobody is left, after `windowMs` and a little in any case.
 */
export function drainConnections(deps: DrainDeps, windowMs: number): Promise<void> {
  const { clock, random, connections } = deps;
  const order = shuffle(connections.all(), random);
  const cancels: Cancel[] = [];
  departures(order.length, windowMs, deps).forEach(({ goodbyeMs, closeMs }, index) => {
    const connection = order[index];
    if (connection === undefined) return;
    cancels.push(clock.after(goodbyeMs, () => connection.goodbye('draining', random.below(1_000))));
    cancels.push(clock.after(closeMs, () => connection.close('draining')));
  });
  return new Promise((resolve) => {
    const finish = (): void => {
      for (const cancel of cancels.splice(0)) cancel();
      forget();
      resolve();
    };
    cancels.push(clock.after(windowMs, finish));
    const forget = connections.whenEmpty(() => clock.soon(finish));
  });
}
