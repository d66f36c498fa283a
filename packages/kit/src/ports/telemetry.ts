/**
 * What the core tells about itself. The core emits; pino and prom-client subscribe in the process shells, and the
 * simulator's checkers subscribe too. Emitting never throws, never blocks and never awaits.
 * Names and labels are listed in each service's `telemetry.ts`; labels are from closed sets, never a room, a user or a peer.
 */
export interface Telemetry {
  /** Adds `by` (default 1) to a counter. */
  count(name: string, labels?: Labels, by?: number): void;
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: Labels): void;
  /** Observes a value (seconds or bytes) in a histogram. */
  observe(name: string, value: number, labels?: Labels): void;
  /** One line for a log: `event` is a fixed kebab-case name; fields never hold tokens, SDP, candidates, addresses or keys. */
  log(level: LogLevel, event: string, fields?: Fields): void;
}
/** Label values by name, each from a closed set. */
export type Labels = Readonly<Record<string, string>>;
/** What a log line carries beside its event. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;
/** Severity of a log line. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
