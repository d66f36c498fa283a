import type { ProcessTracer, TracerOptions } from './process-tracer.js';

/** Loads OpenTelemetry if there is somewhere to send traces to, and only then. */
export async function loadTracer(options: TracerOptions): Promise<ProcessTracer | undefined> {
  const { endpoint } = options;
  if (endpoint === undefined) return undefined;
  const { createOtlpTracer } = await import('./create-otlp-tracer.js');
  return createOtlpTracer({ ...options, endpoint });
}
