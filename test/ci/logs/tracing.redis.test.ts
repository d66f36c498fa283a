import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findLeaks, startCluster, startRedis } from '@parley/testkit';
import type { Cluster, RedisServer } from '@parley/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinRaw, openRaw, randomKey } from '../../support/raw-client.js';
import type { RawClient } from '../../support/raw-client.js';
import { startStandalone } from '../../support/standalone-process.js';
import { startCollector } from './support/collector.js';
import type { Collector } from './support/collector.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const traceparent = (trace: string, flags = '01'): string => `00-${trace}-${SPAN}-${flags}`;

async function join(url: string, room: string, parent: string): Promise<RawClient & { you: string }> {
  const client = await openRaw(`${url.replace('http', 'ws')}/v1/connect`);
  client.frame({ type: 'hello', id: 1 });
  client.frame({ type: 'join', id: 2, room, key: randomKey(), n: 1, caps: ['link1'], traceparent: parent });
  const { header } = await client.nextOf('reply');
  await client.nextOf('snapshot');
  return Object.assign(client, header['result'] as { you: string });
}

describe('traces through two gateways and a rooms replica', () => {
  let redis: RedisServer;
  let collector: Collector;
  let cluster: Cluster;

  beforeAll(async () => {
    [redis, collector] = await Promise.all([startRedis(), startCollector()]);
    // No join is traced but those whose clients ask for it.
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0' };
    const parts = { gateways: 2, rooms: 1, turnCredentials: 0 };
    cluster = await startCluster({ busUrl: redis.url, storeUrl: redis.url, env, ...parts });
    await cluster.ready();
  });

  afterAll(async () => {
    await cluster?.stop();
    await Promise.all([collector?.stop(), redis?.stop()]);
  });

  test('O2 one join and one signal are each one trace, with the right parents, across processes', async () => {
    const [first = '', second = ''] = cluster.gateways.map(({ url }) => url);
    const untraced = await joinRaw(first, 'traced');
    const bo = await join(second, 'traced', traceparent('b'.repeat(32), '00'));
    const ann = await join(first, 'traced', traceparent(TRACE));

    const joined = await collector.span('gateway.join');
    const owned = await collector.span('rooms.command');
    const committed = await collector.span('rooms.commit');
    for (const { traceId } of [joined, owned, committed]) expect(traceId).toBe(TRACE);
    expect(joined.parentSpanId).toBe(SPAN);
    expect(owned.parentSpanId).toBe(joined.spanId);
    expect(committed.parentSpanId).toBe(owned.spanId);
    expect([joined.service, owned.service, committed.service]).toEqual([
      'parley-gateway',
      'parley-rooms',
      'parley-rooms',
    ]);
    expect(joined.attributes).toMatchObject({ app: 'default', room: 'traced', participant: ann.you });
    expect(committed.attributes['result']).toBe('ok');

    const signalTrace = 'c'.repeat(32);
    const sdp = JSON.stringify({ type: 'offer', sdp: 'v=0\r\no=canary-sdp 1 1 IN IP4 203.0.113.77\r\n' });
    ann.frame({ type: 'signal', to: bo.you, kind: 'offer', link: [1, 1, 0] }, sdp);
    const asked = { type: 'signal', to: bo.you, kind: 'offer', link: [1, 2, 0] };
    ann.frame({ ...asked, traceparent: traceparent(signalTrace) }, sdp);
    const sent = await collector.span('gateway.signal');
    const delivered = await collector.span('gateway.deliver');
    expect([sent.traceId, delivered.traceId]).toEqual([signalTrace, signalTrace]);
    expect([sent.parentSpanId, delivered.parentSpanId]).toEqual([SPAN, sent.spanId]);
    expect(delivered.node).not.toBe(sent.node);
    expect(sent.attributes).toMatchObject({ from: ann.you, to: bo.you, outcome: 'forwarded' });
    expect(delivered.attributes['outcome']).toBe('delivered');

    const nobody = 'd'.repeat(32);
    ann.frame({ type: 'signal', to: 'p_nobody', link: [1, 1, 0], traceparent: traceparent(nobody) }, sdp);
    const failed = await collector.span('gateway.signal', ({ traceId }) => traceId === nobody);
    expect([failed.failed, failed.attributes['outcome']]).toEqual([true, 'nacked']);

    expect(collector.spans).toHaveLength(6);
    expect(findLeaks(collector.raw().replaceAll(/"(?:traceId|spanId|parentSpanId)":"\w+"/g, ''))).toEqual([]);
    for (const client of [untraced, ann, bo]) client.close();
  });
});

test('O2 joins are traced by share; where nothing is traced, nothing of OpenTelemetry’s SDK is loaded', async () => {
  const hook = pathToFileURL(
    fileURLToPath(new URL('../../support/modules/record-modules.mjs', import.meta.url)),
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-modules-'));
  const collector = await startCollector();
  const loaded = async (name: string, env: Record<string, string>): Promise<string[]> => {
    const file = path.join(folder, name);
    const watched = { ...env, NODE_OPTIONS: `--import ${hook.href}`, PARLEY_TEST_MODULES: file };
    const server = await startStandalone(watched);
    (await joinRaw(server.url, 'a')).close();
    expect(await server.stop()).toBe(0);
    const modules = readFileSync(file, 'utf8').split('\n');
    expect(modules.some((url) => url.includes('/pino/'))).toBe(true);
    return modules.filter((url) => url.includes('/@opentelemetry/'));
  };
  try {
    const [without, traced] = await Promise.all([
      loaded('without', {}),
      loaded('traced', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
    ]);
    expect(without).toEqual([]);
    expect(traced.some((url) => url.includes('/sdk-trace/'))).toBe(true);
    const joined = await collector.span('gateway.join');
    expect(joined.parentSpanId ?? '').toBe('');
    expect((await collector.span('rooms.command')).parentSpanId).toBe(joined.spanId);
  } finally {
    await collector.stop();
  }
}, 60_000);
