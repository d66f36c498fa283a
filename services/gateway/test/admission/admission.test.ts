import { recordingTelemetry } from '@parley/kit';
import { createVirtualClock } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import { parseTrustedProxies } from '../../src/address/trusted-proxies.js';
import { createAdmission } from '../../src/admission/admission.js';
import type { Load } from '../../src/admission/load.js';
import { DEFAULT_GATEWAY_CONFIG } from '../../src/config.js';
import type { GatewayConfig } from '../../src/config.js';
import type { RequestHead } from '../../src/socket/port.js';
import { createCluster } from '../fixtures/cluster.js';

const JWT = { mode: 'jwt', allowed: new Set(['https://app.test']), allowNoOrigin: false } as const;

function rig(config: Partial<GatewayConfig> = {}) {
  const clock = createVirtualClock();
  const telemetry = recordingTelemetry();
  const world: { connections: number; draining: boolean; load: Load; lagMs: number } = {
    ...{ connections: 0, draining: false, load: 'normal', lagMs: 0 },
  };
  const admission = createAdmission({
    config: { ...DEFAULT_GATEWAY_CONFIG, ...config },
    clock,
    telemetry,
    connections: () => world.connections,
    draining: () => world.draining,
    loadWatch: { load: () => world.load, standingLagMs: () => world.lagMs },
  });
  // As a driver does.
  const judge = (more: Partial<RequestHead> = {}) => {
    const early = admission.turnAway(more.query ?? '');
    if (early !== undefined) return { refuse: early };
    return admission.judge({
      ...{ method: 'GET', path: '/v1/connect', query: '', headers: new Map(), address: '192.0.2.1' },
      ...more,
    });
  };
  return { clock, telemetry, world, admission, judge };
}

describe('admission', () => {
  test('[CONN-2] C2 above the cap a connection is told in band, above a bounded rate answered 503 with Retry-After', () => {
    const { world, judge, telemetry } = rig({ maxConnections: 100 });
    world.connections = 100;
    const judged = Array.from({ length: 101 }, () => judge());
    expect(judged.slice(0, 100)).toEqual(Array(100).fill({ tell: 'overloaded', retryAfterMs: 5_000 }));
    expect(judged[100]).toMatchObject({ refuse: { status: 503, headers: { 'retry-after': '5' } } });
    expect(telemetry.counted('parley_gateway_upgrades_refused_total', { cause: 'cap', how: 'told' })).toBe(
      100,
    );
    expect(telemetry.counted('parley_gateway_upgrades_refused_total', { cause: 'cap', how: 'http' })).toBe(1);
  });

  test('[CONN-3] who resumes may use a tenth more', () => {
    const { world, judge } = rig({ maxConnections: 100 });
    world.connections = 105;
    expect(judge()).toMatchObject({ tell: 'overloaded' });
    expect(judge({ query: 'resume=1' })).toMatchObject({ admit: { hinted: true } });
    world.connections = 110;
    expect(judge({ query: 'resume=1' })).toMatchObject({ tell: 'overloaded' });
  });

  test('C3 a late loop takes fewer, those who resume last; and all again when it is in time', async () => {
    const { clock, world, judge } = rig({ origins: { ...JWT, mode: 'open' } });
    const admittedIn = async (seconds: number, query = ''): Promise<number> => {
      let admitted = 0;
      for (let count = 0; count < 500 * seconds; count += 1) {
        await clock.advance(2);
        if ('admit' in judge({ query, address: '127.0.0.1' })) admitted += 1;
      }
      return admitted / seconds;
    };
    expect(await admittedIn(2)).toBe(500);
    world.lagMs = 0.15 * DEFAULT_GATEWAY_CONFIG.shedLagMs;
    await admittedIn(5);
    expect(await admittedIn(1)).toBeLessThan(110);
    expect(await admittedIn(1)).toBeGreaterThan(90);
    expect(await admittedIn(5, 'resume=1')).toBe(500);
    world.lagMs = 0;
    await admittedIn(5);
    expect(await admittedIn(1)).toBe(500);
  });

  test('C3 a busy gateway takes those who resume, an overloaded one nobody', () => {
    const { world, judge, telemetry } = rig();
    world.load = 'busy';
    expect(judge()).toEqual({ tell: 'overloaded', retryAfterMs: 5_000 });
    expect(judge({ query: 'resume=1' })).toMatchObject({ admit: { hinted: true } });
    world.load = 'overloaded';
    expect(judge({ query: 'resume=1' })).toEqual({ tell: 'overloaded', retryAfterMs: 5_000 });
    world.load = 'normal';
    expect(judge()).toHaveProperty('admit');
    expect(telemetry.counted('parley_gateway_upgrades_refused_total', { cause: 'load', how: 'told' })).toBe(
      2,
    );
  });

  test('X8 20 upgrades a second of one address, 20 of one IPv6 /64; others are not touched', async () => {
    const { clock, judge } = rig();
    for (let i = 0; i < 20; i += 1) expect(judge()).toHaveProperty('admit');
    expect(judge()).toMatchObject({ tell: 'rate_limited' });
    expect(judge({ address: '192.0.2.2' })).toHaveProperty('admit');
    for (let i = 0; i < 20; i += 1) judge({ address: `2001:db8::${i + 1}` });
    expect(judge({ address: '2001:db8::ffff' })).toMatchObject({ tell: 'rate_limited' });
    expect(judge({ address: '2001:db8:0:1::1' })).toHaveProperty('admit');
    await clock.advance(1_000);
    expect(judge()).toHaveProperty('admit');
  });

  test('X8 10 bad tokens in half an hour of one prefix', async () => {
    const { clock, admission, judge } = rig();
    const first = judge();
    const prefix = 'admit' in first ? first.admit.prefix : undefined;
    expect(prefix).toBe('192.0.2.1/32');
    for (let i = 0; i < 10; i += 1) admission.charge(prefix ?? '', 'bad-token');
    expect(judge()).toMatchObject({ tell: 'rate_limited' });
    expect(judge({ address: '192.0.2.2' })).toHaveProperty('admit');
    await clock.advance(1_800_000);
    expect(judge()).toHaveProperty('admit');
  });

  test('[CONN-3] an address that claims to resume and does not loses what the hint gave it', () => {
    const { admission, judge } = rig();
    for (let i = 0; i < 30; i += 1) expect(judge({ query: 'resume=1' })).toHaveProperty('admit');
    for (let i = 0; i < 30; i += 1) admission.charge('192.0.2.1/32', 'false-resume');
    expect(judge({ query: 'resume=1' })).toMatchObject({ tell: 'rate_limited' });
  });

  test('[CONN-3] who was let in to resume and joins anew counts as a newcomer, no more', async () => {
    const { clock, admission, judge } = rig();
    for (let i = 0; i < 60; i += 1) expect(judge({ query: 'resume=1' })).toHaveProperty('admit');
    for (let i = 0; i < 60; i += 1) admission.countFresh('192.0.2.1/32');
    expect(judge({ query: 'resume=1' })).toMatchObject({ tell: 'rate_limited' });
    await clock.advance(3_000);
    expect(judge({ query: 'resume=1' })).toHaveProperty('admit');
  });

  test('X8 address limits do not apply to loopback in open mode, and do in jwt mode', () => {
    const local = { address: '127.0.0.1', headers: new Map([['origin', 'https://app.test']]) };
    const open = rig();
    for (let i = 0; i < 500; i += 1)
      expect(open.judge(local)).toEqual({ admit: { hinted: false, prefix: undefined } });
    const strict = rig({ origins: JWT });
    for (let i = 0; i < 20; i += 1) expect(strict.judge(local)).toHaveProperty('admit');
    expect(strict.judge(local)).toMatchObject({ tell: 'rate_limited' });
  });

  test('U12 a forwarded address counts only from a trusted proxy', () => {
    const { judge } = rig({ trustedProxies: parseTrustedProxies('10.0.0.0/8') ?? [] });
    const headers = new Map([['x-forwarded-for', '198.51.100.7']]);
    expect(judge({ address: '10.1.2.3', headers })).toMatchObject({ admit: { prefix: '198.51.100.7/32' } });
    expect(judge({ address: '192.0.2.9', headers })).toMatchObject({ admit: { prefix: '192.0.2.9/32' } });
  });

  test.each([
    ['https://app.test', true],
    ['https://app.test.evil', false],
    ['http://app.test', false],
    ['null', false],
    [undefined, false],
  ])('X2 in jwt mode Origin %s: %s', (origin, allowed) => {
    const { judge } = rig({ origins: JWT });
    const headers = new Map(origin === undefined ? [] : [['origin', origin]]);
    expect(judge({ headers })).toMatchObject(allowed ? { admit: {} } : { refuse: { status: 403 } });
  });

  test('C2 the order is drain, cap, rate, address, Origin', () => {
    const headers = new Map([['origin', 'https://evil.test']]);
    const { world, judge } = rig({ origins: JWT, maxConnections: 5, upgrades: { perSecond: 1, burst: 1 } });
    world.connections = 5;
    world.draining = true;
    expect(judge({ headers })).toMatchObject({ tell: 'draining' });
    world.draining = false;
    expect(judge({ headers })).toMatchObject({ tell: 'overloaded', retryAfterMs: 5_000 });
    world.connections = 0;
    expect(judge({ headers })).toMatchObject({ refuse: { status: 403 } });
    expect(judge({ headers })).toMatchObject({ tell: 'overloaded', retryAfterMs: 1_000 });
  });
});

describe('a connection that is refused', () => {
  test('[CONN-2] [CLOSE-4] is accepted, told goodbye with retryAfterMs, and closed; a plain one is told error', async () => {
    const cluster = createCluster();
    const gateway = cluster.gateways[0];
    if (gateway === undefined) throw new Error('no gateway');
    gateway.draining = true;
    const native = await gateway.connect();
    expect(native.headers()).toEqual([
      { type: 'goodbye', code: 4200, reason: 'draining', action: 'resume', retryAfterMs: 1_000 },
    ]);
    expect(native.closed).toEqual({ code: 4200, reason: 'draining' });
    const plain = await gateway.connect('/signaling');
    expect(plain.headers()).toMatchObject([{ type: 'error', code: 'unavailable' }]);
    expect(plain.closed).toMatchObject({ code: 4200 });
  });

  test('[ROOM-1] a plain room that cannot be one is refused by HTTP', async () => {
    const cluster = createCluster();
    for (const room of ['', 'x'.repeat(129), '%00']) {
      const client = await cluster.gateways[0]?.connect(`/signaling?room=${room}`);
      expect(client?.decision).toMatchObject({ refuse: { status: 400 } });
    }
  });
});
