import type { Bus } from '../bus.js';
import type { Timers } from '../timers.js';

/** One broker and a driver for it, as the conformance suite sees them. */
export interface BusHarness {
  /** A new client of the broker; the case closes it. */
  connect(): Promise<Bus>;
  readonly timers: Timers;
  /** Begins every subject, so that cases and runs on one broker do not meet. */
  readonly prefix: string;
  /** Waits a little: longer than a message usually takes. Cases that wait for something call it up to 100 times. */
  settle(): Promise<void>;
  /** A client that holds at most so many messages, where the driver has its queue in this process. */
  connectBounded?(maxQueuedMessages: number): Promise<Bus>;
  /** Cuts the links of all clients once; they may come back at once. Resolves when they were cut. */
  interrupt?(): Promise<void>;
}

/** One thing that a driver must do. */
export interface ConformanceCase {
  /** The rule of the port, then a number: `B4-2`. Never reused. */
  readonly id: string;
  readonly title: string;
  /** What the harness must offer; a case whose need is not met does not apply and must be reported as not run. */
  readonly needs?: 'connectBounded' | 'interrupt';
  /** Resolves if the driver does it, else rejects with a ConformanceError that says what was seen. */
  run(harness: BusHarness): Promise<void>;
}

/** What a driver did against the contract. */
export class ConformanceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConformanceError';
  }
}
