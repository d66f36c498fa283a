import { createClusterNode, createMemoryBroker } from '@parley/bus';
import {
  checkMetricDefinitions,
  createHealthyClock,
  loadConfig,
  defineConfig,
  recordingTelemetry,
} from '@parley/kit';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import { DEFAULT_GATEWAY_CONFIG } from '../src/config.js';
import { createGateway } from '../src/create-gateway.js';
import { checkGatewaySettings, gatewayFields, toGatewayConfig } from '../src/gateway-fields.js';
import type { HttpAnswer, SocketServerOptions } from '../src/socket/port.js';
import { GATEWAY_METRICS } from '../src/telemetry.js';
import { connect } from './fixtures/sockets.js';
import { ANN } from './fixtures/rules.js';

async function rig() {
  const clock = createVirtualClock();
  const broker = createMemoryBroker(clock);
  const random = createSeededRandom(5);
  const calls: string[] = [];
  let options: SocketServerOptions | undefined;
  const nodeOf = (id: string, self: Parameters<typeof createClusterNode>[0]['self']) =>
    createClusterNode({
      bus: broker.connect(),
      timers: clock,
      id,
      self,
      healthyTime: (healthy) => createHealthyClock({ clock, healthy }),
    });
  const node = nodeOf('g_1', () => ({ role: 'gateway', canOwn: false, draining: gateway.draining() }));
  const { bus, endpoint, directory, canary } = node;
  const gateway = createGateway({
    ...{ bus, endpoint, directory, canary, clock, random },
    config: { ...DEFAULT_GATEWAY_CONFIG, port: 0 },
    telemetry: recordingTelemetry(),
    tokens: { anonymous: ANN, verify: () => Promise.reject(new Error('no tokens here')) },
    hash: (text) => text,
    sockets: (given) => {
      options = given;
      return {
        driver: 'ws',
        listen: async () => 4_711,
        stopListening: () => void calls.push('stop listening'),
        dispose: async () => void calls.push('dispose'),
      };
    },
  });
  const owner = nodeOf('r_1', () => ({ role: 'rooms', canOwn: true, draining: false }));
  owner.endpoint.onRecord((from, record) => void owner.directory.hear(from, record));
  const probe = async (path: string): Promise<HttpAnswer> => {
    const route = options?.routes.find((one) => one.path === path);
    if (route === undefined) throw new Error(`no route ${path}`);
    const head = { method: 'GET', path, query: '', headers: new Map(), address: '127.0.0.1' };
    return route.answer(head, new Uint8Array());
  };
  return { clock, node, gateway, owner, probe, calls, options: () => options };
}

describe('a gateway', () => {
  test('[HTTP-4] is ready when a join would succeed: it hears itself, and somebody owns rooms; alive always', async () => {
    const { clock, node, gateway, owner, probe } = await rig();
    expect(gateway.ready()).toEqual({ ready: false, reasons: ['not-started', 'bus-unheard', 'no-owner'] });
    void node.start();
    await clock.advance(100);
    await gateway.start();
    expect(gateway.port()).toBe(4_711);
    await clock.advance(1_500);
    expect(gateway.ready()).toEqual({ ready: false, reasons: ['no-owner'] });
    expect(await probe('/readyz')).toMatchObject({
      status: 503,
      body: '{"ready":false,"reasons":["no-owner"]}',
    });
    expect(await probe('/healthz')).toMatchObject({ status: 200 });
    void owner.start();
    await clock.advance(2_000);
    expect(await probe('/readyz')).toMatchObject({ status: 200, body: '{"ready":true,"reasons":[]}' });
    const drained = gateway.drain(5_000);
    expect(gateway.ready()).toEqual({ ready: false, reasons: ['draining'] });
    expect(gateway.draining()).toBe(true);
    await clock.advance(5_000);
    await drained;
  });

  test('U10 stop closes whoever is left with a code of ours before the server is disposed of, and leaves no timer', async () => {
    const { clock, node, gateway, owner, calls, options } = await rig();
    void node.start();
    void owner.start();
    await clock.advance(100);
    await gateway.start();
    const client = await connect(options()?.upgrades ?? [], '/v1/connect');
    const stopped = gateway.stop().then(() => calls.push('stopped'));
    await clock.advance(10);
    await stopped;
    expect(client.closed).toEqual({ code: 4200, reason: 'draining' });
    expect(calls).toEqual(['stop listening', 'dispose', 'stopped']);
    await Promise.all([node.stop(), owner.stop(), gateway.stop()]);
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });
});

describe('what is configured', () => {
  const definition = defineConfig(gatewayFields, checkGatewaySettings);

  test('X8 the documented limits are the defaults', () => {
    const config = toGatewayConfig(loadConfig(definition, { AUTH_MODE: 'open' }));
    expect(config).toEqual(DEFAULT_GATEWAY_CONFIG);
    expect(config.limits).toMatchObject({ signalsPerSecond: 50, burst: 200 });
    expect(config).toMatchObject({ addressUpgrades: { perSecond: 20, burst: 20 }, badTokensPerHalfHour: 10 });
  });

  test('[PLAIN-6] the plain dialect is served in open mode, or where it is on', () => {
    const keys = JSON.stringify([{ kid: 'k', alg: 'HS256', secret: 'x'.repeat(32) }]);
    const plain = (env: Record<string, string>): boolean =>
      toGatewayConfig(loadConfig(definition, env)).plain;
    expect(plain({ AUTH_MODE: 'open' })).toBe(true);
    expect(plain({ AUTH_MODE: 'open', PLAIN_DIALECT: 'off' })).toBe(false);
    expect(plain({ JWT_KEYS: keys })).toBe(false);
    expect(plain({ JWT_KEYS: keys, PLAIN_DIALECT: 'on' })).toBe(true);
  });

  test('O1 the metrics are named as they must be', () => {
    expect(checkMetricDefinitions(GATEWAY_METRICS)).toEqual([]);
  });
});
