import type { LogLevel, Telemetry } from '../ports/telemetry.js';

/** One log line as data. The events and fields of all are the contract with whoever searches logs. */
export interface LogLine {
  /** `debug` for what may come with every signal or frame; one life has few `info` lines. */
  readonly level: LogLevel;
  /** When it is written, in one sentence. */
  readonly means: string;
  /** Never tokens, keys, SDP, candidates, addresses of clients, or what people wrote. */
  readonly fields: readonly string[];
}

/** The lines of one part of the program, by their event: a fixed kebab-case name. */
export type LogLines = Readonly<Record<string, LogLine>>;

/** Every field of a line; undefined where there is no value. */
export type LogFields<L extends LogLine> = Readonly<
  Record<L['fields'][number], string | number | boolean | undefined>
>;

/** Writes one of these lines at its level; what is no line, or lacks a field, does not compile. */
export type WriteLog<T extends LogLines> = <E extends keyof T & string>(
  telemetry: Pick<Telemetry, 'log'>,
  event: E,
  fields: LogFields<T[E]>,
) => void;

/** Gives what writes these lines. All lines of the program are written so: docs/LOGS.md is made from the tables. */
export function logWriter<const T extends LogLines>(lines: T): WriteLog<T> {
  return (telemetry, event, fields) => {
    const line = lines[event];
    if (line !== undefined) telemetry.log(line.level, event, fields);
  };
}
