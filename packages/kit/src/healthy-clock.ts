import type { Cancel, Clock } from './ports/clock.js';

/** A clock whose `now` stands still while this process is not healthy. */
export interface HealthyClock extends Clock {
  /** Ends the ticking; nothing that was scheduled runs any more. */
  stop(): void;
}

/** What a healthy clock works with. */
export interface HealthyClockOptions {
  readonly clock: Clock;
  /** Whether this process hears the cluster now: its canary and its store are fresh. */
  readonly healthy: () => boolean;
  /** How often time advances, and so its grain; default 250. */
  readonly tickMs?: number;
}

/** What one tick may add at most, so that a pause of the process is no time at all for whoever could not be heard. */
const MAX_TICK_MS = 2000;

interface Task {
  due: number;
  readonly order: number;
  readonly everyMs: number | undefined;
  readonly run: () => void;
}

interface State {
  readonly tasks: Set<Task>;
  now: number;
  tickedAt: number;
  wasHealthy: boolean;
  order: number;
}

/**
 * Creates time for deadlines of others: it advances in ticks, by what passed on `clock` since the last tick (2 s at
 * most), and only if the process is healthy at the tick and was at the one before. Outages and pauses expire nobody.
 * `wall` and `soon` are those of `clock`. Callbacks run at ticks, in order of due time, then of scheduling.
 */
export function createHealthyClock({ clock, healthy, tickMs = 250 }: HealthyClockOptions): HealthyClock {
  const state: State = {
    tasks: new Set(),
    now: 0,
    tickedAt: clock.now(),
    wasHealthy: healthy(),
    order: 0,
  };
  const cancelTicks = clock.every(tickMs, () => {
    advance(state, clock.now(), healthy());
    runDue(state);
  });
  const schedule = (ms: number, run: () => void, everyMs?: number): Cancel => {
    const task: Task = { due: state.now + Math.max(ms, 0), order: state.order++, everyMs, run };
    state.tasks.add(task);
    return () => void state.tasks.delete(task);
  };
  return {
    wall: () => clock.wall(),
    now: () => state.now,
    soon: (run) => clock.soon(run),
    after: (ms, run) => schedule(ms, run),
    every: (ms, run) => schedule(ms, run, Math.max(ms, 1)),
    stop: () => {
      cancelTicks();
      state.tasks.clear();
    },
  };
}

function advance(state: State, now: number, isHealthy: boolean): void {
  if (isHealthy && state.wasHealthy) state.now += Math.min(now - state.tickedAt, MAX_TICK_MS);
  state.tickedAt = now;
  state.wasHealthy = isHealthy;
}

/** What tasks schedule while they run waits for the next tick. A repeated task that missed several runs once. */
function runDue(state: State): void {
  const due = [...state.tasks].filter((task) => task.due <= state.now);
  due.sort((a, b) => a.due - b.due || a.order - b.order);
  for (const task of due) {
    if (!state.tasks.has(task)) continue;
    if (task.everyMs === undefined) state.tasks.delete(task);
    else task.due += task.everyMs * (Math.floor((state.now - task.due) / task.everyMs) + 1);
    task.run();
  }
}
