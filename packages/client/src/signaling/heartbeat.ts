import type { ClientClock } from './ports.js';

const ANSWER_MS = 4_000;

/** Notices a connection that is dead without saying so. */
export interface Heartbeat {
  /** A new connection: pings it each `pingMs` while the page is visible. */
  start(pingMs: number): void;
  /** Something came: the connection lives. */
  heard(): void;
  /** The page is visible again, or the network is back: pings now. */
  check(): void;
  /** No connection, or nobody looks: no pings until `start` or `check`. */
  pause(): void;
  stop(): void;
}

/** What a heartbeat is made of. */
export interface HeartbeatDeps {
  readonly clock: ClientClock;
  visible(): boolean;
  ping(): void;
  /** Nothing came for 4 s after a ping. */
  dead(): void;
}

/** A heartbeat that stands still until `start`. */
export function createHeartbeat({ clock, visible, ping, dead }: HeartbeatDeps): Heartbeat {
  let pingMs = 0;
  let cancelPing: (() => void) | undefined;
  let cancelDead: (() => void) | undefined;

  const pause = (): void => {
    cancelPing?.();
    cancelDead?.();
    cancelPing = cancelDead = undefined;
  };
  const later = (): void => {
    cancelPing?.();
    cancelPing = clock.after(pingMs, check);
  };
  const check = (): void => {
    if (pingMs === 0 || !visible()) return;
    ping();
    cancelDead ??= clock.after(ANSWER_MS, dead);
    later();
  };
  return {
    check,
    pause,
    start(ms) {
      pause();
      pingMs = ms;
      later();
    },
    heard() {
      cancelDead?.();
      cancelDead = undefined;
    },
    stop() {
      pause();
      pingMs = 0;
    },
  };
}
