import { CALL_METRICS, GATEWAY_METRICS } from '@parley/gateway';
import { createLogger, createTelemetry } from '@parley/kit';
import { BUS_METRICS, measureBus, OUTSIDE_METRICS } from '@parley/process';
import { emptyRoom } from '@parley/protocol/internal';
import type { Member, RoomRef, RoomState } from '@parley/protocol/internal';
import { createMemoryStore, ROOMS_METRICS } from '@parley/rooms';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import { nodeHmacs, TURN_METRICS } from '@parley/turn-credentials';
import { expect, test } from 'vitest';
import { createMemoryBroker } from '@parley/bus';
import { countReport } from '../../../services/gateway/src/take-report.js';
import { createRelay } from '../../../services/gateway/src/relay/relay.js';
import { measureStore } from '../../../services/rooms/src/store/measure-store.js';
import { createMinter } from '../../../services/turn-credentials/src/minter.js';

const TIMES = 1_000_000;
const MOST_SERIES = 1_000;

function setUp() {
  const [clock, random] = [createVirtualClock(), createSeededRandom(1)];
  const telemetry = createTelemetry({
    definitions: [...OUTSIDE_METRICS, ...BUS_METRICS, ...GATEWAY_METRICS, ...ROOMS_METRICS, ...TURN_METRICS],
    logger: createLogger({ level: 'silent', service: 'standalone' }),
    ...{ service: 'standalone', version: '0', node: 's_1', strict: true },
  });
  return { clock, random, telemetry };
}

const seriesOf = (text: string): number => text.split('\n').filter((line) => /^[a-z]/.test(line)).length;

const member = (id: string, gateway: string): Member =>
  ({
    ...{ id, gateway, n: 1, online: true, name: id, kind: 'standard', caps: [], attributes: {} },
    ...{ keyHash: id, sub: id, cmd: 0, since: [1, 1] },
  }) as unknown as Member;

test('O1 a million random rooms and participants leave fewer than 1,000 series in all processes together', async () => {
  const { clock, random, telemetry } = setUp();
  const self = 'g_self';
  let copy: RoomState | undefined;
  const relay = createRelay({
    ...{ self, clock, telemetry, connected: () => true, draining: () => false },
    copies: { copy: () => copy, session: () => undefined },
    endpoint: { send: () => undefined },
    recorder: { sent: () => undefined, received: () => undefined, nacked: () => undefined },
  });
  const minter = createMinter({
    ...{ clock, telemetry, hmacs: nodeHmacs(), clusterSecret: 'x'.repeat(32) },
    config: { turnMintsPerMinute: 5, turnTtlS: 600, turnSecrets: ['s'.repeat(32)] } as never,
  });
  const bus = measureBus(createMemoryBroker(clock).connect(), { clock, telemetry });
  const store = measureStore(createMemoryStore({ clock }), { clock, telemetry });
  for (let i = 0; i < TIMES; i += 1) {
    const [from, to] = [`p_${random.below(2 ** 32)}a${i}`, `p_${random.below(2 ** 32)}b${i}`];
    const ref: RoomRef = { app: 'default', room: `room ${from}` };
    const gateway = i % 2 === 0 ? self : `g_${to}`;
    copy = { ...emptyRoom(ref, 64), members: new Map([from, to].map((id) => [id, member(id, gateway)])) };
    if (i % 5 === 0) copy = undefined;
    const sender = { participant: from, n: 1, tell: () => undefined };
    relay.send({
      room: ref,
      sender,
      header: { type: 'signal', to, kind: `kind ${i}` },
      binary: false,
      at: clock.now(),
    });
    if (i % 100 > 0) continue;
    minter.mint({ type: 'mint', app: 'default', identity: from });
    countReport(telemetry, { type: 'quality', pairs: [{ connectMs: i, rttMs: i, lossIn: i / TIMES }] });
    telemetry.log('info', `event-of-${from}`, { room: ref.room });
    await Promise.all([store.load(ref), bus.publish(from, new Uint8Array(i % 100))]);
  }
  const text = await telemetry.metrics();
  expect(text).toContain(`parley_signals_accepted_total ${TIMES}`);
  expect(text).toMatch(/parley_turn_mints_total\{result="served"\} [1-9]/);
  expect(text).toMatch(/parley_telemetry_rejected_total 0/);
  console.log(`${seriesOf(text)} series of ${CALL_METRICS.length + GATEWAY_METRICS.length} and more metrics`);
  expect(seriesOf(text)).toBeLessThan(MOST_SERIES);
}, 180_000);
