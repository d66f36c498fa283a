import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, Span as OtelSpan } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Fields } from '../ports/telemetry.js';
import type { Span } from '../ports/tracer.js';
import type { ProcessTracer, TracerOptions } from './process-tracer.js';
import { redactFields } from './redact-fields.js';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };
/** Spans wait for so long, and no more of them than that: what a collector does not take is dropped. */
const WAIT_MS = 1_000;
const MAX_WAITING = 4_096;

/**
 * Creates the tracer on OpenTelemetry's SDK, which reads further standard settings (`OTEL_EXPORTER_OTLP_HEADERS`,
 * `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`) from the environment itself. A collector that does not answer costs
 * traces and nothing else.
 */
export function createOtlpTracer(options: TracerOptions & { readonly endpoint: string }): ProcessTracer {
  const { endpoint, ratio, service, version, node } = options;
  const own = resourceFromAttributes({
    'service.name': `parley-${service}`,
    'service.version': version,
    'service.instance.id': node,
  });
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: WAIT_MS, maxQueueSize: MAX_WAITING }),
    ],
  });
  const tracer = provider.getTracer('parley', version);
  return {
    start: (name, { parent, kind, attributes = {} }) => {
      const span = tracer.startSpan(
        name,
        { kind: KINDS[kind], attributes: shown(attributes) },
        contextOf(parent),
      );
      return span.isRecording() ? spanOf(span) : undefined;
    },
    flush: () => provider.forceFlush().catch(() => undefined),
  };
}

function spanOf(span: OtelSpan): Span {
  const { traceId, spanId } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-01`,
    end: (attributes = {}, error) => {
      span.setAttributes(shown(attributes));
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
      span.end();
    },
  };
}

function contextOf(parent: string | undefined): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(parent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const traceFlags = parseInt(flags, 16);
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** With what log lines would not show either left out. */
function shown(attributes: Fields): Record<string, string | number | boolean> {
  return redactFields(attributes) as Record<string, string | number | boolean>;
}
