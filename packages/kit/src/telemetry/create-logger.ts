import { destination as openDestination, pino } from 'pino';
import type { DestinationStream } from 'pino';
import type { Fields, LogLevel } from '../ports/telemetry.js';
import { redactFields } from './redact-fields.js';

/** Where telemetry writes its lines. */
export interface Logger {
  /** Never throws and never blocks; one JSON line with `event`, `level`, `time`, `service`, `node`. */
  write(level: LogLevel, event: string, fields?: Fields): void;
  /** Whether lines of this level are written now. */
  writes(level: LogLevel): boolean;
  /** The least severe level that is written. */
  level(): LogLevel | 'silent';
  setLevel(level: LogLevel | 'silent'): void;
  /** Lines that were dropped because the sink does not take them. */
  dropped(): number;
  /** Resolves once what was written is out, or cannot be. A blocked sink never lets it resolve: bound the wait. */
  flush(): Promise<void>;
}

/** What a logger works with. */
export interface LoggerOptions {
  readonly level: LogLevel | 'silent';
  readonly service: string;
  /** This process's id, as `g_…`: lines of several processes are told apart by it. */
  readonly node?: string;
  /** Default: standard output, written off the event loop, with at most 4 MiB waiting. */
  readonly destination?: DestinationStream;
}

const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Creates a logger on pino. Values of fields that name a secret are redacted. */
export function createLogger({ level, service, node, destination }: LoggerOptions): Logger {
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
      base: { service, ...(node !== undefined && { node }) },
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
    writes: (at) => log.isLevelEnabled(at),
    level: () => log.level as LogLevel | 'silent',
    setLevel: (to) => void (log.level = to),
    dropped: () => dropped,
    flush: () => (sink ? new Promise((resolve) => sink.flush(() => resolve())) : Promise.resolve()),
  };
}
