import type { FlightEvent } from './flight-log.js';
import type { PairMessage } from './pair-messages.js';
import type { Presence } from './presence.js';

/** All that is known of two participants. */
export interface PairFacts {
  readonly a: Presence;
  readonly b: Presence;
  /** Both directions, in order of time. */
  readonly messages: readonly PairMessage[];
  /** What a browser said of the other last, if anything. */
  readonly media: FlightEvent | undefined;
  readonly now: number;
  readonly uncertaintyMs: number;
  readonly silent: ReadonlySet<string>;
}

/** Until then nothing is wrong with what has not happened yet. */
export const PATIENCE_MS = 2_000;
