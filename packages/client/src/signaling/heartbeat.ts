import type { ClientClock } from './ports.js';

const ANSWER_MS = 4_000;

/** Notices a connection that is dead without saying so. */
export interface Heartbeat {
  /** A new connection: pings it each `pingMs` while visible. */
  start(pingMs: number): void;
  /** Something came: the connection lives. */
  heard(): void;
  /** Pings now, if visible. */
  check(): void;
  /** Pings now, and from now on. */
  visible(): void;
  hidden(): void;
  stop(): void;
}

/** What a heartbeat is made of. */
export interface HeartbeatDeps {
  readonly clock: ClientClock;
  readonly visible: boolean;
  ping(): void;
  /** Nothing came for 4 s after a ping. */
  dead(): void;
}

/** A heartbeat that stands still until `start`. */
export function createHeartbeat({ clock, visible, ping, dead }: HeartbeatDeps): Heartbeat {
  let pingMs = 0;
  let seen = visible;
  let cancelPing: (() => void) | undefined;
  let cancelDead: (() => void) | undefined;

  const quiet = (): void => {
    cancelPing?.();
    cancelDead?.();
    cancelPing = cancelDead = undefined;
  };
  const later = (): void => {
    cancelPing?.();
    cancelPing = seen && pingMs > 0 ? clock.after(pingMs, beat) : undefined;
  };
  const beat = (): void => {
    if (pingMs === 0) return;
    ping();
    cancelDead ??= clock.after(ANSWER_MS, dead);
    later();
  };
  return {
    start(ms) {
      quiet();
      pingMs = ms;
      later();
    },
    heard() {
      cancelDead?.();
      cancelDead = undefined;
    },
    check: () => seen && beat(),
    visible() {
      seen = true;
      beat();
    },
    hidden() {
      seen = false;
      quiet();
    },
    stop() {
      pingMs = 0;
      quiet();
    },
  };
}
