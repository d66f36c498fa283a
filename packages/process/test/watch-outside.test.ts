import type { BusStatus } from '@parley/bus';
import { recordingTelemetry } from '@parley/kit';
import { createVirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { watchOutside } from '../src/index.js';

const PEER = { id: 'g_1', role: 'gateway', canOwn: false, draining: false } as const;
const EMPTY = { used: 0, peak: 0 };

function rig() {
  const clock = createVirtualClock();
  const telemetry = recordingTelemetry();
  const state = { lateness: 0, deaf: false, peak: 0.5 };
  const listeners = new Set<(status: BusStatus) => void>();
  const watch = watchOutside({
    ...{ clock, telemetry },
    canary: { lateness: () => state.lateness },
    directory: { live: (role) => (role === 'gateway' ? [PEER, PEER] : []) },
    endpoint: {
      fill: () => ({ outbound: { used: 0.25, peak: state.peak }, requests: EMPTY, answers: EMPTY }),
    },
    ready: () => !state.deaf,
    draining: () => false,
    bus: {
      onStatus: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    reasons: new Map([['bus-unheard', () => state.deaf]]),
  });
  const tell = (status: BusStatus): void => listeners.forEach((listener) => listener(status));
  return { clock, telemetry, state, listeners, watch, tell };
}

test('R5 a bus that is not heard shows in a gauge, with how late it is', async () => {
  const { clock, telemetry, state, watch } = rig();
  await watch.start();
  await clock.advance(500);
  expect(telemetry.gauged('parley_degraded', { reason: 'bus-unheard' })).toBe(0);
  Object.assign(state, { lateness: 2_300, deaf: true });
  await clock.advance(500);
  expect(telemetry.gauged('parley_degraded', { reason: 'bus-unheard' })).toBe(1);
  expect(telemetry.gauged('parley_bus_lateness_seconds')).toBe(2.3);
  await watch.stop();
});

test('why there is no link is logged, at most each 10 s; that there is one again, always', async () => {
  const { clock, telemetry, listeners, watch, tell } = rig();
  await watch.start();
  for (let attempt = 0; attempt < 20; attempt += 1) {
    tell({ kind: 'disconnected', reason: `reason ${attempt}` });
    await clock.advance(1_000);
  }
  tell({ kind: 'connected' });
  tell({ kind: 'reset' });
  expect(telemetry.events().map(({ event }) => event)).toEqual([
    'bus-disconnected',
    'bus-disconnected',
    'bus-connected',
  ]);
  expect(telemetry.counted('parley_bus_status_total', { kind: 'disconnected' })).toBe(20);
  expect(telemetry.counted('parley_bus_status_total', { kind: 'reset' })).toBe(1);
  await watch.stop();
  expect(listeners.size).toBe(0);
});

test('C1 how full queues are, and were in the last half minute, whether it is ready, and whom it hears', async () => {
  const { clock, telemetry, state, watch } = rig();
  const ratio = (which: 'used' | 'peak') =>
    telemetry.gauged(`parley_queue_${which}_ratio`, { queue: 'bus-outbound' });
  await watch.start();
  await clock.advance(500);
  expect([ratio('used'), ratio('peak')]).toEqual([0.25, 0.5]);
  expect(telemetry.gauged('parley_cluster_members', { role: 'gateway' })).toBe(2);
  expect([telemetry.gauged('parley_ready'), telemetry.gauged('parley_draining')]).toEqual([1, 0]);

  state.peak = 0.3;
  await clock.advance(29_000);
  expect(ratio('peak')).toBe(0.5);
  await clock.advance(31_000);
  expect(ratio('peak')).toBe(0.3);
  await watch.stop();
});
