import { destination as openDestination, pino } from 'pino';
import type { DestinationStream } from 'pino';
import type { Fields, LogLevel } from '../ports/telemetry.js';
import { redactFields } from './redact-fields.js';

/** Where telemetry writes its lines. */
export interface Logger {
  /** Never throws and never blocks; one JSON line with `event`, `level`, `time`, `service`. */
  write(level: LogLevel, event: string, fields?: Fields): void;
  /** Lines that were dropped because the sink does not take them. */
  dropped(): number;
  /** Resolves once what was written is out, or cannot be. A blocked sink never lets it resolve: bound the wait. */
  flush(): Promise<void>;
}

/** What a logger works with. */
export interface LoggerOptions {
  readonly level: LogLevel | 'silent';
  readonly service: string;
  /** Default: standard output, written off the event loop, with at most 4 MiB waiting. */
  readonly destination?: DestinationStream;
}

const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Creates a logger on pino. Values of fields that name a secret are redacted. */
export function createLogger({ level, service, destination }: LoggerOptions): Logger {
  let dropped = 0;
  const sink = destination
    ? undefined
    : openDestination({ dest: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  sink?.on('drop', () => (dropped += 1));
  // A closed pipe (EPIPE) loses lines; it must not end the process.
  sink?.on('error', () => (dropped += 1));
  const log = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => redactFields(fields) },
    },
    destination ?? sink ?? openDestination(1),
  );
  return {
    write: (at, event, fields = {}) => {
      try {
        log[at]({ event, ...fields });
      } catch {
        dropped += 1;
      }
    },
    dropped: () => dropped,
    flush: () => (sink ? new Promise((resolve) => sink.flush(() => resolve())) : Promise.resolve()),
  };
}
