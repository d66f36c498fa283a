import type { Readiness } from './http/create-admin-server.js';
import type { Clock } from './ports/clock.js';
import type { Service } from './ports/service.js';

/** Whether a process can do its work, judged with patience. */
export interface ReadinessWatch extends Service {
  judge(): Readiness;
}

/** What it looks at. Reasons are fixed kebab-case words. */
export interface ReadinessOptions {
  readonly clock: Clock;
  /** What makes the process unready at once: it goes, or has not come. */
  readonly hard: () => readonly string[];
  /** What others lack too and restarting would not mend: it only degrades a process that was ready, for a while. */
  readonly soft: () => readonly string[];
  /** How long it degrades before it makes unready; default 30,000. */
  readonly patienceMs?: number;
}

const LOOK_MS = 1_000;

/**
 * Creates a stopped watch. An outage of what all replicas stand on would take every one of them out of service at the
 * same moment, with all their connections: so reasons from outside count only once they have lasted for `patienceMs`.
 * Until then the answer is `ready` with the reasons beside it: degraded. Whoever was never ready has no such patience.
 */
export function createReadiness(options: ReadinessOptions): ReadinessWatch {
  const { clock, hard, soft, patienceMs = 30_000 } = options;
  let goodAt = -Infinity;
  let cancel: (() => void) | undefined;
  const judge = (): Readiness => {
    const [must, may] = [hard(), soft()];
    if (must.length === 0 && may.length === 0) goodAt = clock.now();
    return { ready: must.length === 0 && clock.now() - goodAt < patienceMs, reasons: [...must, ...may] };
  };
  return {
    judge,
    start: async () => void (cancel ??= clock.every(LOOK_MS, judge)),
    drain: async () => undefined,
    stop: async () => cancel?.(),
  };
}
