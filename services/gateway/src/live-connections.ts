import type { Telemetry } from '@parley/kit';
import { CLOSE_CODES } from '@parley/protocol';
import type { CloseReason } from '@parley/protocol';

/** One open connection, as whoever drains or stops the gateway sees it. */
export interface LiveConnection {
  readonly dialect: 'native' | 'plain';
  /** Announces a close to come, where the dialect can. */
  goodbye(reason: CloseReason, retryAfterMs: number): void;
  close(reason: CloseReason): void;
  degraded(degraded: boolean): void;
}

/** All open connections of this gateway. */
export interface LiveConnections {
  add(connection: LiveConnection): void;
  /** `code`: what it was closed with. */
  remove(connection: LiveConnection, code: number): void;
  readonly size: number;
  /** How many have been added so far. */
  opened(): number;
  all(): readonly LiveConnection[];
  /** Calls once, when the last one has gone (at once if there is none); returns what ends the waiting. */
  whenEmpty(run: () => void): () => void;
}

const KNOWN_CODES: ReadonlySet<number> = new Set([
  ...[1000, 1001, 1005, 1006],
  ...Object.values(CLOSE_CODES).map(({ code }) => code),
]);

/** Creates the registry, and counts what comes and goes. */
export function createLiveConnections(telemetry: Pick<Telemetry, 'count' | 'gauge'>): LiveConnections {
  const live = new Set<LiveConnection>();
  const counts = { native: 0, plain: 0 };
  let opened = 0;
  const waiters = new Set<() => void>();
  const change = (dialect: LiveConnection['dialect'], by: number): void => {
    counts[dialect] += by;
    telemetry.gauge('parley_gateway_connections', counts[dialect], { dialect });
  };
  return {
    add: (connection) => {
      const { dialect } = connection;
      live.add(connection);
      opened += 1;
      change(dialect, 1);
      telemetry.count('parley_gateway_connections_total', { dialect });
    },
    remove: (connection, code) => {
      if (!live.delete(connection)) return;
      change(connection.dialect, -1);
      telemetry.count('parley_gateway_closes_total', { code: codeLabel(code) });
      if (live.size > 0) return;
      for (const run of [...waiters]) run();
      waiters.clear();
    },
    get size() {
      return live.size;
    },
    opened: () => opened,
    all: () => [...live],
    whenEmpty: (run) => {
      if (live.size === 0) run();
      else waiters.add(run);
      return () => void waiters.delete(run);
    },
  };
}

/** A client may close with any code: the label's values are a closed set. */
function codeLabel(code: number): string {
  return KNOWN_CODES.has(code) ? String(code) : 'other';
}
