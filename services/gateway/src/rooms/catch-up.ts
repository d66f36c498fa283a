import type { Cancel, Clock, Random } from '@parley/kit';
import { comparePositions, ORIGIN } from '@parley/protocol';
import type { Position } from '@parley/protocol';

/** Brings one copy up to positions that are known to exist, by asking for the whole room when batches do not come. */
export interface CatchUp {
  /** The room is at `at` or above: if the copy is not within 50 ms, the room is fetched. */
  want(at: Position): void;
  /** What was asked, or its answer, may be lost: asks again at once if it is still wanted. */
  again(): void;
  /** Forgets what was wanted. */
  stop(): void;
}

/** What it works with. `fetch` settles when the copy has taken what came, never rejects. */
export interface CatchUpDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly at: () => Position;
  readonly fetch: () => Promise<void>;
  /** The position was not reached in any try; digests have to repair it. */
  readonly onAbandoned: () => void;
}

/** How long a missing batch may still come by itself. Milliseconds. */
export const GAP_WAIT_MS = 50;
const TRIES = 6;
const BACKOFF_MS = { first: 100, most: 1_500 };

interface State extends CatchUpDeps {
  wanted: Position;
  tries: number;
  /** Of the fetch that is waited for; one that was given up for another finds a different number here. */
  waitsFor: number | undefined;
  fetches: number;
  cancel: Cancel | undefined;
  stopped: boolean;
}

/** Creates it; at most one fetch is waited for, and failed ones are repeated with jittered backoff, six in all. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const state: State = {
    ...{ ...deps, wanted: ORIGIN, tries: 0, waitsFor: undefined, fetches: 0 },
    ...{ cancel: undefined, stopped: false },
  };
  return {
    want: (at) => {
      if (comparePositions(at, state.wanted) > 0) state.wanted = at;
      if (!hasReached(state)) wake(state, GAP_WAIT_MS);
    },
    again: () => {
      if (hasReached(state)) return;
      state.waitsFor = undefined;
      state.tries = 0;
      state.cancel?.();
      state.cancel = undefined;
      wake(state, 0);
    },
    stop: () => {
      state.stopped = true;
      state.cancel?.();
    },
  };
}

function hasReached(state: State): boolean {
  return comparePositions(state.at(), state.wanted) >= 0;
}

function wake(state: State, ms: number): void {
  if (state.waitsFor !== undefined || state.cancel !== undefined || state.stopped) return;
  state.cancel = state.clock.after(ms, () => {
    state.cancel = undefined;
    void tryOnce(state);
  });
}

async function tryOnce(state: State): Promise<void> {
  if (!hasReached(state)) {
    const fetch = (state.fetches += 1);
    state.waitsFor = fetch;
    await state.fetch();
    if (state.waitsFor !== fetch) return;
    state.waitsFor = undefined;
  }
  if (hasReached(state)) {
    state.tries = 0;
    return;
  }
  state.tries += 1;
  if (state.tries < TRIES) return wake(state, backoff(state));
  state.tries = 0;
  state.wanted = ORIGIN;
  state.onAbandoned();
}

/** Full jitter above half of a doubling time. */
function backoff({ tries, random }: State): number {
  const top = Math.min(BACKOFF_MS.first * 2 ** tries, BACKOFF_MS.most);
  return top / 2 + (random.fraction() * top) / 2;
}
