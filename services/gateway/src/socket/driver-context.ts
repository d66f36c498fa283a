import type { Clock } from '@parley/kit';

import type { SocketServerOptions } from './port.js';

/** How long a decision on an upgrade, or a whole HTTP exchange, may take (U3, U4). */
export const ANSWER_MS = 5_000;
/** How long a peer has to take and answer our close before it is cut. */
export const CLOSE_MS = 2_000;
/** Largest HTTP request body that a route sees; more is 413. */
export const MAX_BODY_BYTES = 64 * 1024;
/** All header lines of one request together; more is 431 (U14). Fits a 3 KiB token beside a browser's own headers. */
export const MAX_HEADER_BYTES = 6 * 1024;

/** The limits of one server, defaults filled in. */
export interface SocketLimits {
  readonly maxFrameBytes: number;
  readonly maxBufferedBytes: number;
  readonly idleTimeoutS: number;
}

/** What every part of a driver shares. */
export interface DriverContext {
  readonly clock: Clock;
  readonly limits: SocketLimits;
  /** The caller's `onFault`; never throws. */
  readonly fault: (where: string, error: unknown) => void;
  readonly buffered: (share: number) => void;
}

/** Fills in the defaults. Throws a RangeError when `idleTimeoutS` is outside 8 to 960: the binary would abort the process. */
export function socketLimits(options: SocketServerOptions): SocketLimits {
  const idleTimeoutS = options.idleTimeoutS ?? 32;
  if (!(idleTimeoutS >= 8 && idleTimeoutS <= 960)) throw new RangeError('idleTimeoutS must be 8 to 960');
  return {
    maxFrameBytes: options.maxFrameBytes ?? 64 * 1024,
    maxBufferedBytes: options.maxBufferedBytes ?? 1024 * 1024,
    idleTimeoutS,
  };
}

/** The context that `options` and `clock` make. */
export function driverContext(options: SocketServerOptions, clock: Clock): DriverContext {
  return {
    clock,
    limits: socketLimits(options),
    buffered: options.onBuffered ?? (() => undefined),
    fault: (where, error) => {
      try {
        options.onFault(where, error);
      } catch {
        // Whoever is told of faults must not cause one: there is nobody left to tell.
      }
    },
  };
}
