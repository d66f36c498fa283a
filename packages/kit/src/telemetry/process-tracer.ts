import type { Tracer } from '../ports/tracer.js';

/** Where traces go, and who sends them. */
export interface TracerOptions {
  /** Base address of an OTLP/HTTP collector; undefined: nothing is traced. */
  readonly endpoint: string | undefined;
  /** Share, 0 to 1, of the joins that are traced without being asked for by a client. */
  readonly ratio: number;
  readonly service: string;
  readonly version: string;
  /** This process's id, as `g_…`. */
  readonly node: string;
}

/** A tracer that sends what it traces. */
export interface ProcessTracer extends Tracer {
  /** Sends what waits; never rejects. */
  flush(): Promise<void>;
}
