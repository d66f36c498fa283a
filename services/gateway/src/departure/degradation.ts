import type { Cancel, Clock, Random, Telemetry } from '@parley/kit';
import type { LiveConnection, LiveConnections } from '../live-connections.js';
import { log } from '../logs.js';
import { paced, shuffle } from './pacing.js';

/** What it works with. */
export interface DegradationDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Pick<Telemetry, 'log'>;
  readonly connections: Pick<LiveConnections, 'all'>;
  /** Whether this process hears itself over the bus. */
  readonly heard: () => boolean;
}

/** A watch over the bus on behalf of clients. */
export interface Degradation {
  start(): void;
  /** Ends it without a word to anybody: for who is about to say goodbye. */
  stop(): void;
}

const LOOK_MS = 250;
/** A bus is unheard 2 s after the first message that did not come back; shorter outages are not worth a move. */
const UNHEARD_MS = 3_000;
/**
 * If it is this process alone that is cut off, owners count the resume window (15 s) of everybody here from its last
 * heartbeat: all of them have to be elsewhere before that is over.
 */
const WINDOW_MS = 5_000;

/**
 * Creates a stopped watch. A gateway that the bus has been silent to for 5 s tells its connections that it is degraded, one
 * after the other: a drain that may be cancelled. Clients look for a gateway that takes them and join there before they
 * leave this one; whom nobody takes stays, with everything that works without a bus. Once the bus is back, the rest is not
 * told, and whoever was told and is still here learns that it is over (CLOSE-5).
 */
export function createDegradation(deps: DegradationDeps): Degradation {
  const { clock, random, telemetry, connections, heard } = deps;
  const told = new Set<LiveConnection>();
  let pending: Cancel[] | undefined;
  let heardAt = clock.now();
  let looking: Cancel | undefined;
  const begin = (): void => {
    const order = shuffle(connections.all(), random);
    log(telemetry, 'gateway-degraded', { connections: order.length });
    pending = paced(order.length, WINDOW_MS, random).map((ms, index) =>
      clock.after(ms, () => {
        const connection = order[index];
        if (connection === undefined) return;
        told.add(connection);
        connection.degraded(true);
      }),
    );
  };
  const cancel = (): void => {
    for (const one of pending?.splice(0) ?? []) one();
    pending = undefined;
  };
  const end = (): void => {
    cancel();
    log(telemetry, 'gateway-recovered', {});
    for (const connection of connections.all()) if (told.has(connection)) connection.degraded(false);
    told.clear();
  };
  const look = (): void => {
    if (heard()) {
      heardAt = clock.now();
      if (pending !== undefined) end();
    } else if (pending === undefined && clock.now() - heardAt >= UNHEARD_MS) begin();
  };
  return {
    start: () => {
      heardAt = clock.now();
      looking ??= clock.every(LOOK_MS, look);
    },
    stop: () => {
      looking?.();
      looking = undefined;
      cancel();
      told.clear();
    },
  };
}
