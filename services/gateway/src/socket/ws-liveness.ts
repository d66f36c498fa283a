import type { DriverContext } from './driver-context.js';

/** One connection as the sweep sees it. */
export interface Watched {
  /** Bytes received so far, whatever they were. */
  received(): number;
  ping(): void;
  cut(): void;
}

/** Pings what is silent, cuts what stays silent (U9). */
export interface Liveness {
  watch(connection: Watched): void;
  forget(connection: Watched): void;
  /** To be called once a second. */
  sweep(): void;
}

/** A ping after half of `idleTimeoutS` without a byte, the cut after all of it, at most a second later. */
export function createLiveness(context: DriverContext): Liveness {
  const { clock, limits } = context;
  const idleMs = limits.idleTimeoutS * 1000;
  const watched = new Map<Watched, { received: number; since: number; pinged: boolean }>();
  const look = (connection: Watched, now: number): void => {
    const before = watched.get(connection);
    const received = connection.received();
    if (before === undefined || before.received !== received) {
      watched.set(connection, { received, since: now, pinged: false });
    } else if (now - before.since >= idleMs) {
      connection.cut();
    } else if (!before.pinged && now - before.since >= idleMs / 2) {
      before.pinged = true;
      connection.ping();
    }
  };
  return {
    watch: (connection) => look(connection, clock.now()),
    forget: (connection) => void watched.delete(connection),
    sweep() {
      const now = clock.now();
      for (const connection of [...watched.keys()]) look(connection, now);
    },
  };
}
