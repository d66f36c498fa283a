import type { ClientClock } from '../ports.js';
import { createTimer } from '../timer.js';

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

/** A heartbeat that stands still until `start`. `dead`: nothing came for 4 s after a ping. */
export function createHeartbeat(
  clock: ClientClock,
  visible: () => boolean,
  ping: () => void,
  dead: () => void,
): Heartbeat {
  const next = createTimer(clock);
  const answer = createTimer(clock);
  let pingMs = 0;

  const pause = (): void => {
    next.stop();
    answer.stop();
  };
  const check = (): void => {
    if (pingMs === 0 || !visible()) return;
    ping();
    if (!answer.active) answer.set(ANSWER_MS, dead);
    next.set(pingMs, check);
  };
  return {
    check,
    pause,
    start(ms) {
      answer.stop();
      pingMs = ms;
      next.set(ms, check);
    },
    heard: answer.stop,
    stop() {
      pause();
      pingMs = 0;
    },
  };
}
