import type { TokenSource } from './options.js';
import { SignalingError } from './signaling-error.js';
import type { ClientClock } from '../ports.js';
import { createTimer } from '../timer.js';
import { renewalDelay } from './token-life.js';

const FETCH_MS = 10_000;
const RETRY_MS = 10_000;

/** The token of a client, fresh enough. */
export interface Tokens {
  /** The latest one, or a new one if that is due; rejects when there is none within 10 s. */
  get(): Promise<string | undefined>;
  /** What `get` gave last. */
  readonly latest: string | undefined;
  /** The latest one is of no use any more: the next `get` asks for another. */
  drop(): void;
  /** The server refused a renewed one: another is fetched in 10 s. */
  refused(): void;
  stop(): void;
}

/**
 * No token fetched yet. A plain string, or none, is given as it is and never renewed. `renewed` is given each token that
 * was fetched ahead of the end of the earlier one.
 */
export function createTokens(
  clock: ClientClock,
  source: TokenSource | undefined,
  renewed: (token: string) => void,
  fault: (error: unknown) => void,
): Tokens {
  let latest = typeof source === 'string' ? source : undefined;
  let fresh = typeof source !== 'function';
  let stopped = false;
  const timer = createTimer(clock);

  const fetch = async (): Promise<string> => {
    // Only what is not fresh is fetched: never a plain string.
    const token = await within(clock, FETCH_MS, source as () => string | Promise<string>);
    if (stopped) return token;
    latest = token;
    const delay = renewalDelay(token, clock.wall());
    fresh = Boolean(delay);
    if (delay) timer.set(delay, renew);
    return token;
  };
  const renew = (): void => {
    fresh = false;
    fetch().then(renewed, (error: unknown) => {
      if (stopped) return;
      fault(error);
      timer.set(RETRY_MS, renew);
    });
  };
  return {
    get: async () => (fresh ? latest : fetch()),
    get latest() {
      return latest;
    },
    drop() {
      fresh = false;
    },
    refused() {
      fresh = false;
      timer.set(RETRY_MS, renew);
    },
    stop() {
      stopped = true;
      timer.stop();
    },
  };
}

function within<T>(clock: ClientClock, ms: number, run: () => T | Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new SignalingError({ code: 'timeout' })));
    const ran = (async () => run())();
    ran.then(resolve, reject).finally(cancel);
  });
}
