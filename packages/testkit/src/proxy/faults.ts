/** Which way bytes go: from who has connected, or to them. */
export type Direction = 'toServer' | 'toClient';

/** What is wrong with the network. All of it holds for the connections there are and for new ones; `{}`: nothing. */
export interface Faults {
  /** New connections are reset as soon as they are made. Those that there are go on. */
  readonly refuse?: boolean;
  /**
   * Connections are accepted and carry nothing, neither bytes nor their end; the server hears of new ones only afterwards.
   * What is on its way waits, as with a TCP that sends again, so that after a short outage all of it arrives.
   */
  readonly blackhole?: boolean;
  /** What goes this way is read and thrown away; its end as well. */
  readonly swallow?: Direction;
  /** Each byte, and each end, arrives so much later. */
  readonly latencyMs?: number;
  /** At most so many bytes a second, for each connection and direction. */
  readonly bytesPerSecond?: number;
  /** A connection is reset after exactly so many more bytes that way; 0: with the first one. */
  readonly cutAfter?: Partial<Readonly<Record<Direction, number>>>;
}

/** What is wrong with one direction of a connection. */
export interface FlowFaults {
  readonly hold: boolean;
  readonly swallow: boolean;
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
  readonly cutAfter: number | undefined;
}

/** The faults as one direction has them. */
export function flowFaults(faults: Faults, direction: Direction): FlowFaults {
  return {
    hold: faults.blackhole === true,
    swallow: faults.swallow === direction,
    latencyMs: faults.latencyMs ?? 0,
    bytesPerSecond: faults.bytesPerSecond ?? Infinity,
    cutAfter: faults.cutAfter?.[direction],
  };
}
