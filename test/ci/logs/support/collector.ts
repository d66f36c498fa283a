import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSystemClock } from '@parley/kit';
import { eventually } from '@parley/testkit';

/** A span as it came over OTLP. */
export interface CollectedSpan {
  readonly service: string;
  readonly node: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

/** What OpenTelemetry calls a collector: takes spans over OTLP/HTTP in JSON, and keeps them. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Everything as it came. */
  raw(): string;
  /** The span of this name that `fits`; rejects when none comes within 10 s. */
  span(name: string, fits?: (span: CollectedSpan) => boolean): Promise<CollectedSpan>;
  stop(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface Otlp {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Pick<CollectedSpan, 'name' | 'traceId' | 'spanId' | 'parentSpanId'> & {
        readonly attributes: readonly Attribute[];
        readonly status: { readonly code?: number };
      })[];
    }[];
  }[];
}

/** Starts one on a free port of loopback. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') {
        bodies.push(body);
        spans.push(...read(JSON.parse(body) as Otlp));
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    raw: () => bodies.join('\n'),
    span: async (name, fits = () => true) => {
      const find = (): CollectedSpan | undefined => spans.find((span) => span.name === name && fits(span));
      await eventually(
        createSystemClock(),
        () => (find() === undefined ? `no ${name} among ${names(spans)}` : undefined),
        10_000,
      );
      return find() as CollectedSpan;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function names(spans: readonly CollectedSpan[]): string {
  return spans.map(({ name }) => name).join(' ');
}

function read({ resourceSpans }: Otlp): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const about = plain(resource.attributes);
    const [service, node] = [String(about['service.name']), String(about['service.instance.id'])];
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, traceId, spanId, parentSpanId, attributes, status }) => ({
        ...{ service, node, name, traceId, spanId, parentSpanId },
        attributes: plain(attributes),
        failed: status.code === 2,
      })),
    );
  });
}

function plain(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
