import type { TokenSource } from './options.js';
import type { ClientClock } from './ports.js';
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

/** What tokens are made of. */
export interface TokensDeps {
  readonly clock: ClientClock;
  readonly source: TokenSource | undefined;
  /** A newer token was fetched ahead of the end of the earlier one. */
  renewed(token: string): void;
  fault(error: unknown): void;
}

/** No token fetched yet. A plain string, or none, is given as it is and never renewed. */
export function createTokens({ clock, source, renewed, fault }: TokensDeps): Tokens {
  if (typeof source !== 'function') return fixedToken(source);
  let latest: string | undefined;
  let fresh = false;
  let stopped = false;
  let cancel = (): void => undefined;

  const fetch = async (): Promise<string> => {
    const token = await within(clock, FETCH_MS, source);
    if (stopped) return token;
    latest = token;
    const delay = renewalDelay(token, clock.wall());
    fresh = delay !== undefined;
    if (delay !== undefined) renewIn(delay);
    return token;
  };
  const renew = (): void => {
    fresh = false;
    fetch().then(
      (token) => stopped || renewed(token),
      (error: unknown) => {
        if (stopped) return;
        fault(error);
        renewIn(RETRY_MS);
      },
    );
  };
  const renewIn = (ms: number): void => {
    cancel();
    cancel = clock.after(ms, renew);
  };
  return {
    get: () => (fresh ? Promise.resolve(latest) : fetch()),
    get latest() {
      return latest;
    },
    drop: () => void (fresh = false),
    refused() {
      fresh = false;
      renewIn(RETRY_MS);
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}

function fixedToken(latest: string | undefined): Tokens {
  const nothing = (): void => undefined;
  return { get: () => Promise.resolve(latest), latest, drop: nothing, refused: nothing, stop: nothing };
}

async function within<T>(clock: ClientClock, ms: number, run: () => T | Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => reject(new Error(`no token within ${ms} ms`)));
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    cancel();
  }
}
