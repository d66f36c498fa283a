import type { Fields } from './telemetry.js';

/**
 * Traces of single joins and signals through the processes, in W3C Trace Context. Whoever may trace holds a
 * `Tracer | undefined`: undefined costs nothing but the question, since with `tracer?.start(…)` not even what is passed is made.
 */
export interface Tracer {
  /** Starts a span; undefined if it is not sampled, and then nothing beneath it is to be traced. */
  start(name: string, options: SpanOptions): Span | undefined;
}

/** What a span starts with. */
export interface SpanOptions {
  /** The `traceparent` of what caused it; undefined: it is a trace of its own. What is no traceparent counts as none. */
  readonly parent: string | undefined;
  /** `server`: answers a request; `client`: waits for another process; `consumer`: takes what nobody waits for. */
  readonly kind: 'server' | 'client' | 'consumer';
  /** As fields of log lines: never tokens, keys, SDP, candidates, addresses. */
  readonly attributes?: Fields;
}

/** Something that takes time. */
export interface Span {
  /** For what it causes. */
  readonly traceparent: string;
  /** Ends it, with what is known now. `error`: it failed, for this fixed word. */
  end(attributes?: Fields, error?: string): void;
}
